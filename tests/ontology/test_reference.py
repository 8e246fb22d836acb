"""The documented vocabulary is the vocabulary."""

from pathlib import Path

from ontology import reference

DOCUMENTED = Path(__file__).parents[2] / "docs" / "ontology.md"


def test_the_documentation_lists_what_the_ontology_declares() -> None:
    assert DOCUMENTED.read_text(encoding="utf-8") == reference.text(), (
        "run: python -m ontology.reference > docs/ontology.md"
    )
