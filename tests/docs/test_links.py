"""What the documentation points at is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)|(?:src|href)=\"([^\"#]+)\"")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = {first or second for first, second in LINK.findall(page.read_text(encoding="utf-8"))}
    local = {target for target in targets if "://" not in target}
    assert [target for target in sorted(local) if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z-]+)", " ".join(code(page.read_text(encoding="utf-8")))))
    assert [target for target in sorted(named) if f"\n{target}:" not in makefile] == []


def code(text: str) -> list[str]:
    """What stands in backticks, in lines and in blocks."""
    return re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.DOTALL)
