"""Help is quick, complete, and shows an example of each command."""

import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from webapp.cli import COMMANDS, main

LONGEST_HELP = 0.5  # seconds, on an idle machine


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command, subcommands included."""
    if path:
        yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found
            yield from commands(found, (*path, name))


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_each_command_explains_itself_with_an_example(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*words, "--help"])
    assert result.exit_code == 0, result.output
    assert "Example" in result.stdout
    assert f"kbcrm {words[0]}" in result.stdout


def test_the_overview_names_every_command() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert all(f"  {name} " in result.stdout for name in COMMANDS)


def test_help_loads_neither_stores_nor_web() -> None:
    program = (
        "import sys, webapp.cli; webapp.cli.main(['--help'], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"flask", "sqlalchemy", "neo4j", "rich", "dbos", "rdflib", "granian"}


def test_help_takes_at_most_half_a_second() -> None:
    """Of processor time, so that a busy machine does not fail it."""
    before = os.times()
    for _ in range(3):
        subprocess.run([sys.executable, "-m", "webapp.cli", "--help"], capture_output=True, check=True)
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    assert spent / 3 <= LONGEST_HELP


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["fly"])
    assert result.exit_code == 2
    assert "No such command" in result.stderr


def test_a_wrong_setting_is_one_sentence_on_stderr_and_no_traceback() -> None:
    result = CliRunner().invoke(main, ["graph", "status"], env={"KBCRM_PORT": "many"})
    assert result.exit_code == 1
    assert result.stdout == ""
    assert (
        result.stderr
        == "kbcrm: KBCRM_PORT: 'many' is no port; give a whole number from 1 to 65535, such as 5080.\n"
    )
