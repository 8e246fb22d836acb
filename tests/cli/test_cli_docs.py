"""docs/cli.md names every command, and the JSON that it promises is the JSON that comes out."""

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest

from ingest.profile import Profile
from kb.model.ledger import Reason
from kb.rdf.validate import Violation
from tests.cli.conftest import Kbcrm
from webapp.cli import main
from webapp.cli.rdf import violation_json

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
EXAMPLES = [
    json.loads(line)
    for block in re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
    for line in block.splitlines()
]


def documented(*, having: str) -> dict[str, Any]:
    """The example with that key."""
    return next(example for example in EXAMPLES if having in example)


def leaves(command: click.Command, words: str) -> set[str]:
    if not isinstance(command, click.Group):
        return {words}
    context = click.Context(command)
    names = command.list_commands(context)
    found = {name: command.get_command(context, name) for name in names}
    return set().union(*(leaves(each, f"{words} {name}") for name, each in found.items() if each))


def test_every_command_is_documented_and_no_other() -> None:
    named = set(re.findall(r"^\| `(kbcrm [a-z ]+)` \|", TEXT, flags=re.MULTILINE))
    assert named == leaves(main, "kbcrm")


def test_every_reason_of_rejection_is_documented() -> None:
    assert all(f"`{reason}`" in TEXT for reason in Reason)


def test_a_profile_may_be_written_as_documented() -> None:
    assert Profile.from_dict(documented(having="namespace")).namespace == "web"


@pytest.mark.parametrize(
    ("words", "having"),
    [
        (("runs", "list"), "stage"),
        (("runs", "show", "r2"), "stage"),
        (("customers",), "last_order"),
        (("customer", "K-1"), "contacts"),
        (("facts", "K-1"), "statement"),
        (("timeline", "K-1"), "excerpt"),
        (("users", "list"), "display_name"),
        (("graph", "status"), "running"),
        (("doctor",), "verdict"),
    ],
    ids=" ".join,
)
def test_the_json_is_as_documented(kbcrm: Kbcrm, words: tuple[str, ...], having: str) -> None:
    first = kbcrm.lines(*words)[0]
    example = documented(having=having)
    assert list(first) == list(example)
    for name, value in example.items():
        if value and isinstance(value, list) and isinstance(value[0], dict):
            assert list(first[name][0]) == list(value[0])


def test_a_watched_folder_is_as_documented(kbcrm: Kbcrm, tmp_path: Path) -> None:
    (tmp_path / "bad.docx").write_bytes(b"PK\x03\x04 no document")
    words = ("watch", tmp_path, "--source", "notes", "--once", "--json")
    (told,) = [json.loads(line) for line in kbcrm.call(*words).stdout.splitlines()]
    assert list(told) == list(documented(having="state"))
    status = kbcrm.lines("watch", "--status")[-1]
    example = documented(having="looked_at")
    assert list(status) == list(example)
    found = [one for one in kbcrm.lines("watch", "--status") if one["reasons"]]
    assert list(found[0]["reasons"][0]) == list(example["reasons"][0])
    kbcrm.run("watch", tmp_path, "--source", "notes", "--forget")
    assert str(tmp_path) not in {one["folder"] for one in kbcrm.lines("watch", "--status")}


def test_an_opened_fact_is_as_documented(kbcrm: Kbcrm) -> None:
    count = next(fact for fact in kbcrm.lines("facts", "K-1") if fact["predicate"] == "orderCount")
    (opened,) = kbcrm.lines("fact", "show", count["id"])
    example = documented(having="history")
    assert list(opened) == list(example)
    for name in ("evidence", "history"):
        assert list(opened[name][0]) == list(example[name][0])
    assert list(opened["computed_from"]) == list(example["computed_from"])
    assert list(opened["computed_from"]["items"][0]) == list(documented(having="excerpt"))


def test_a_mail_and_the_product_that_it_mentions_are_as_documented(kbcrm: Kbcrm, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("sku,name,features\nVX-80,VX-80 pump,IE4 motor\n")
    (tmp_path / "m.eml").write_text(
        "From: Anna Visser <anna@harbour-laundry.example>\nTo: p@haiyuan-pumps.example\nSubject: VX-80\n"
        "Date: Thu, 04 Jun 2026 09:12:00 +0200\nMessage-ID: <vx80@harbour-laundry.example>\n"
        "\nThe VX-80 leaks.\n"
    )
    files = (("products", tmp_path / "p.csv"), ("mail", tmp_path / "m.eml"))
    runs = [kbcrm.lines("ingest", *words)[0]["run"] for words in files]
    (product,) = kbcrm.lines("product", "VX-80")
    mail = kbcrm.lines("timeline", "K-1", "--channel", "email")[0]["id"]
    (shown,) = kbcrm.lines("interaction", mail)
    (order,) = kbcrm.lines("interaction", "order:1001")
    for run in reversed(runs):
        (reverted,) = kbcrm.lines("runs", "revert", run)
        assert list(reverted) == list(documented(having="stage"))
    example = documented(having="features")
    assert list(product) == list(example)
    assert list(product["features"][0]) == list(example["features"][0])
    example = documented(having="mentions")
    assert list(shown) == list(order) == list(example)
    for name in ("participants", "mentions", "customers"):
        assert list(shown[name][0]) == list(example[name][0])
    assert all(f"`{name}`" in TEXT for name in order["lines"][0])


def test_a_rebuild_says_how_many_records_as_documented(kbcrm: Kbcrm) -> None:
    (said,) = kbcrm.lines("rebuild")
    assert said.keys() == next(example for example in EXAMPLES if list(example) == ["records"]).keys()


def test_the_summary_of_a_file_is_as_documented(kbcrm: Kbcrm, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("sku,name\nT-9,nine\n")
    (summary,) = kbcrm.lines("ingest", "products", tmp_path / "p.csv")
    assert list(summary) == list(documented(having="run"))


def test_a_rejected_record_is_as_documented(kbcrm: Kbcrm) -> None:
    assert list(kbcrm.lines("runs", "show", "r2")[1]) == list(documented(having="place"))


def test_a_violation_is_as_documented() -> None:
    violation = Violation("order:1", "OrderShape", "at", "An order needs a time.", "…", "amend_source")
    assert list(violation_json(violation, "en")) == list(documented(having="shape"))
