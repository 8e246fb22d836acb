"""The build hook: makes the browser's files and the compiled catalogues at every install, and ships them.

What is up to date is left alone (webapp/build.py), so that a second install is quick.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("webapp/static/built/**", "webapp/translations/**/*.mo")  # made here, so git ignores them


class Build(BuildHookInterface[Any]):
    """Runs before a wheel is made and before an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from webapp.build import build  # noqa: PLC0415 - found only from here on
        finally:
            sys.path.remove(str(root))
        build()
        build_data["artifacts"].extend(f"/{pattern}" for pattern in SHIPPED)
