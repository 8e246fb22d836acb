"""The layers hold: webapp, then ingest beside reasoning, then kb, then ontology."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_the_layer_contracts_are_kept() -> None:
    """The contracts stand in pyproject.toml; what breaks one is printed."""
    assert lint_imports() == EXIT_STATUS_SUCCESS
