"""What the commands do, on real stores: results on stdout, one sentence of trouble on stderr, rights kept."""

import json
import re
from pathlib import Path

import pytest

from ingest.sources import SOURCES
from tests.cli.conftest import Kbcrm

SUMMARY = {"run", "records", "accepted", "duplicate", "rejected", "seconds"}


def only_run(kbcrm: Kbcrm, source: str) -> str:
    return next(str(run["id"]) for run in kbcrm.lines("runs", "list") if run["source"] == source)


def test_each_file_ends_with_one_line_of_its_counts(kbcrm: Kbcrm, tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.csv" for n in range(2)]
    for n, file in enumerate(files):
        file.write_text(f"sku,name,category\nT-{n}1,one,valve\nT-{n}2,,\n,three,valve\n")
    summaries = kbcrm.lines("ingest", "products", *files)
    assert [set(summary) for summary in summaries] == [SUMMARY, SUMMARY]
    for summary in summaries:
        counts = summary["accepted"] + summary["duplicate"] + summary["rejected"]
        assert summary["records"] == counts == 3
        assert summary["rejected"] == 1


def test_the_same_file_twice_changes_nothing(kbcrm: Kbcrm, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("sku,name,category\nT-3,three,valve\n")
    kbcrm.run("ingest", "products", file)
    before = kbcrm.run("export", "--format", "ntriples")
    (again,) = kbcrm.lines("ingest", "products", file)
    assert (again["accepted"], again["duplicate"]) == (0, 1)
    assert kbcrm.run("export", "--format", "ntriples") == before


def test_columns_that_nobody_could_guess_are_named(kbcrm: Kbcrm, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("foo,bar\nT-4,four\n")
    assert "--map" in kbcrm.fail("ingest", "products", file) or "map" in kbcrm.fail(
        "ingest", "products", file
    )
    said = kbcrm.run("ingest", "products", file, "--map", "sku=foo", "--map", "name=bar")
    assert "1 accepted" in said


def test_day_and_month_are_asked_for_where_the_file_leaves_them_open(kbcrm: Kbcrm, tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_text("order,date,customer,product,quantity,price\n2001,03/04/2026,K-2,VX-50,1,10\n")
    assert "--day-first" in kbcrm.fail("ingest", "orders", file)
    assert "1 accepted" in kbcrm.run("ingest", "orders", file, "--month-first")
    kbcrm.run("runs", "revert", only_run(kbcrm, "orders"))


def test_a_decimal_mark_that_is_left_open_is_answered_by_a_profile(kbcrm: Kbcrm, tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_text("order;date;customer;product;quantity;price\n2002;31-07-2026;K-2;VX-50;1;1,234\n")
    said = kbcrm.fail("ingest", "orders", file)
    assert "--profile" in said
    assert str(kbcrm.home / "profiles") in said
    (kbcrm.home / "profiles").mkdir(exist_ok=True)
    (kbcrm.home / "profiles" / "comma.json").write_text('{"decimal": ","}')
    (summary,) = kbcrm.lines("ingest", "orders", file, "--profile", "comma")
    assert summary["accepted"] == 1
    kbcrm.run("runs", "revert", summary["run"])


def test_a_file_that_is_missing_is_a_usage_error(kbcrm: Kbcrm) -> None:
    result = kbcrm.call("ingest", "orders", "nowhere.csv")
    assert result.exit_code == 2
    assert "nowhere.csv" in result.stderr


def test_a_pair_of_field_and_column_needs_both(kbcrm: Kbcrm, tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    result = kbcrm.call("ingest", "orders", tmp_path / "a.csv", "--map", "order")
    assert result.exit_code == 2
    assert "no pair" in result.stderr


def test_a_bad_file_does_not_keep_the_next_from_being_read(kbcrm: Kbcrm, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"\x00\x01\x02" * 100)
    (tmp_path / "good.csv").write_text("sku,name\nT-5,five\n")
    result = kbcrm.call("ingest", "products", tmp_path / "bad.csv", tmp_path / "good.csv", "--json")
    assert result.exit_code == 1
    assert [json.loads(line)["accepted"] for line in result.stdout.splitlines()] == [1]
    assert "bad.csv: " in result.stderr


def test_notes_and_exports_of_other_systems_come_in(kbcrm: Kbcrm, tmp_path: Path) -> None:
    visit, tickets = tmp_path / "2026-06-04 visit.md", tmp_path / "tickets.jsonl"
    visit.write_text("The pump room is **hot**.\n")
    tickets.write_text('{"id": 1, "what": "It leaks.", "date": "2026-06-04"}\n{"id": 2}\n')
    runs = kbcrm.lines("ingest", "notes", visit)
    runs += kbcrm.lines("ingest", "conversations", tickets, "--map", "text=what")
    assert [(run["accepted"], run["rejected"]) for run in runs] == [(1, 0), (1, 1)]
    assert [kbcrm.lines("runs", "revert", run["run"]) for run in runs]


def test_every_source_has_its_word(kbcrm: Kbcrm) -> None:
    said = kbcrm.run("ingest", "--help")
    assert all(source in said for source in SOURCES)


def test_a_run_shows_its_rejected_records_with_their_reasons(kbcrm: Kbcrm) -> None:
    run = next(run for run in kbcrm.lines("runs", "list") if run["title"] == "orders.csv")
    shown, refused = kbcrm.lines("runs", "show", run["id"])
    assert (shown["records"], shown["rejected"]) == (4, 1)
    assert (refused["place"], refused["value"], refused["reason"]) == (4, "four", "bad_number")
    assert "“four” is not a number" in kbcrm.run("runs", "show", run["id"])


def test_a_run_that_nobody_made_is_said_to_be_none(kbcrm: Kbcrm) -> None:
    assert kbcrm.fail("runs", "show", "r999") == "kbcrm: There is no run r999.\n"


def test_a_reverted_run_leaves_no_trace_in_the_graph(kbcrm: Kbcrm, tmp_path: Path) -> None:
    before = kbcrm.run("export", "--format", "ntriples")
    (tmp_path / "more.csv").write_text(
        "order,date,customer,product,quantity,price\n3001,31/07/2026,K-1,VX-50,1,10\n"
    )
    (summary,) = kbcrm.lines("ingest", "orders", tmp_path / "more.csv")
    assert kbcrm.run("export", "--format", "ntriples") != before
    assert "is reverted" in kbcrm.run("runs", "revert", summary["run"])
    assert kbcrm.run("export", "--format", "ntriples") == before


def test_a_run_is_reverted_once_and_by_nobody_who_may_not_see_it(kbcrm: Kbcrm, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("sku,name\nT-6,six\n")
    (summary,) = kbcrm.lines("ingest", "products", tmp_path / "more.csv")
    run = summary["run"]
    assert f"There is no run {run}" in kbcrm.fail("--as", "pieter", "runs", "revert", run, "--json")
    assert kbcrm.lines("runs", "show", run)[0]["status"] == "done"
    (reverted,) = kbcrm.lines("runs", "revert", run)
    assert (reverted["id"], reverted["status"]) == (run, "reverted")
    assert "is reverted; only a run" in kbcrm.fail("runs", "revert", run, "--json")


def test_nothing_waits_to_be_resumed(kbcrm: Kbcrm) -> None:
    assert kbcrm.run("runs", "resume") == "No run is waiting.\n"
    assert kbcrm.lines("runs", "resume") == []


def test_a_rebuild_gives_the_same_export(kbcrm: Kbcrm) -> None:
    before = kbcrm.run("export")
    assert kbcrm.run("rebuild") == "The graph is rebuilt.\n"
    assert kbcrm.run("export") == before
    runs = kbcrm.lines("runs", "list", "--by-hand")
    assert kbcrm.lines("rebuild") == [{"records": sum(run["applied"] for run in runs)}]


def test_customers_are_listed_searched_and_cut(kbcrm: Kbcrm) -> None:
    assert "Harbour Laundry" in kbcrm.run("customers", "--search", "harbour")
    assert "Harbour Laundry" not in kbcrm.run("customers", "--search", "东湖")
    assert kbcrm.run("customers", "--limit", "1").endswith("1 of 2\n")


def test_facts_hold_as_of_a_moment(kbcrm: Kbcrm) -> None:
    def orders(*words: str) -> list[object]:
        facts = kbcrm.lines("facts", "K-1", *words)
        return [fact["value"] for fact in facts if fact["predicate"] == "orderCount"]

    assert orders() == [2]
    assert orders("--as-of", "2026-03-01") == [1]
    assert orders("--as-of", "2025-01-01") == []
    assert orders("--known-at", "2026-01-01") == []


def test_a_date_is_its_first_moment_in_the_zone_of_the_settings(kbcrm: Kbcrm) -> None:
    def orders(moment: str, zone: str) -> list[object]:
        facts = kbcrm.lines("facts", "K-1", "--as-of", moment, KBCRM_TIMEZONE=zone)
        return [fact["value"] for fact in facts if fact["predicate"] == "orderCount"]

    # the first order's date was taken in as the first moment of that day in UTC
    assert orders("2026-01-31", "UTC") == [1]
    assert orders("2026-01-31", "Asia/Shanghai") == []
    assert orders("2026-01-31T00:00+00:00", "Asia/Shanghai") == [1]


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01", "2026-01-31T25:00", ""])
def test_a_moment_that_is_none_is_a_usage_error(kbcrm: Kbcrm, moment: str) -> None:
    result = kbcrm.call("facts", "K-1", "--as-of", moment or " ")
    assert result.exit_code == 2
    assert "2025-03-14T09:30" in result.stderr


def test_what_a_person_states_is_kept_with_its_note(kbcrm: Kbcrm) -> None:
    words = ("fact", "state", "K-2", "prefersChannel", "chat", "--note", "she said so")
    (stated,) = kbcrm.lines(*words, "--from", "2026-02-01")
    assert (stated["kind"], stated["valid_from"]) == ("expert", "2026-02-01T00:00:00.000Z")
    note = stated["evidence"][0]["interaction"]
    assert "she said so" in kbcrm.run("interaction", note)

    (corrected,) = kbcrm.lines("fact", "correct", stated["id"], "--value", "email", "--note", "misheard")
    assert (corrected["value"], corrected["valid_from"]) == ("email", stated["valid_from"])
    (disputed,) = kbcrm.lines("fact", "dispute", corrected["id"], "--note", "he denies it")
    assert disputed["status"] == "disputed"
    (ended,) = kbcrm.lines("fact", "end", corrected["id"], "--at", "2026-06-01", "--note", "she left")
    assert ended["valid_to"] == "2026-06-01T00:00:00.000Z"
    kbcrm.run("fact", "retract", ended["id"], "--note", "typed at the wrong customer")
    assert not [f for f in kbcrm.lines("facts", "K-2") if f["predicate"] == "prefersChannel"]


def test_a_value_of_the_wrong_type_is_a_usage_error(kbcrm: Kbcrm) -> None:
    result = kbcrm.call("fact", "state", "K-2", "orderCount", "many", "--note", "n")
    assert result.exit_code == 2
    assert "whole number" in result.stderr


def test_what_a_user_may_not_see_does_not_exist_for_them(kbcrm: Kbcrm) -> None:
    assert "Harbour" in kbcrm.run("--as", "pieter", "customers")
    assert "Harbour" not in kbcrm.run("--as", "li.na", "customers")
    assert "There is no customer" in kbcrm.fail("--as", "li.na", "facts", "K-1")
    assert "There is no run" in kbcrm.fail("--as", "li.na", "runs", "show", only_run(kbcrm, "orders"))
    for words in (("export",), ("validate",), ("rebuild",), ("users",), ("demo",)):
        assert "Your role does not allow" in kbcrm.fail("--as", "pieter", *words)
    assert kbcrm.fail("--as", "nobody", "customers") == "kbcrm: There is no account nobody.\n"


def test_an_export_into_a_file_appears_whole_or_not_at_all(kbcrm: Kbcrm, tmp_path: Path) -> None:
    kbcrm.run("export", "-o", tmp_path / "graph.ttl")
    assert (tmp_path / "graph.ttl").read_text(encoding="utf-8") == kbcrm.run("export")
    assert "-o" in kbcrm.fail("export", "-o", tmp_path / "no" / "folder.ttl")
    assert [path.name for path in tmp_path.iterdir()] == ["graph.ttl"]


def test_accounts_are_added_listed_and_disabled(kbcrm: Kbcrm) -> None:
    add = (
        "users",
        "add",
        "anna",
        "--role",
        "customer",
        "--customer",
        "K-1",
        "--password",
        "long enough it is",
    )
    kbcrm.run(*add)
    assert "already an account" in kbcrm.fail(*add)
    assert re.search(r"anna .*customer .*customer:K-1", kbcrm.run("users"))
    listed = {account["name"]: account for account in kbcrm.lines("users", "list")}
    assert (listed["anna"]["roles"], listed["anna"]["customer"]) == (["customer"], "customer:K-1")
    assert not any("hash" in key or "password" in key for key in listed["anna"])
    kbcrm.run("users", "disable", "anna")
    assert re.search(r"anna .*disabled", kbcrm.run("users", "list"))
    kbcrm.run("users", "enable", "anna")
    kbcrm.run("users", "password", "anna", "--password", "another long one")
    assert "at least 10" in kbcrm.fail("users", "password", "anna", "--password", "short")


def test_accounts_need_no_graph(tmp_path: Path) -> None:
    kbcrm = Kbcrm(tmp_path / "var")
    kbcrm.run("users", "add", "root", "--role", "administrator", "--password", "long enough it is")
    assert "root" in kbcrm.run("--as", "root", "users")
    assert not (kbcrm.home / "graph").exists()


def test_the_doctor_finds_a_durable_graph_and_the_ledger(kbcrm: Kbcrm) -> None:
    result = kbcrm.call("doctor", "--json")
    findings = {f["about"]: f for f in map(json.loads, result.stdout.splitlines())}
    assert findings["graph"]["says"].endswith(", durable")
    assert findings["ledger"]["verdict"] == "ok"
    assert set(findings["graph"]) == {"about", "verdict", "says", "remedy"}


def test_the_doctor_starts_and_changes_nothing(tmp_path: Path) -> None:
    Kbcrm(tmp_path / "var").call("doctor")
    assert list(tmp_path.iterdir()) == []


def test_the_status_of_the_graph_is_said_to_programs_too(kbcrm: Kbcrm, tmp_path: Path) -> None:
    (status,) = kbcrm.lines("graph", "status")
    assert status["running"]
    assert f"{status['url']} (process {status['pid']})" in kbcrm.run("graph", "status")
    absent = Kbcrm(tmp_path / "var").call("graph", "status", "--json")
    assert (absent.exit_code, json.loads(absent.stdout)) == (3, {"running": False, "url": None, "pid": None})


def test_a_graph_elsewhere_is_not_ours_to_start(tmp_path: Path) -> None:
    said = Kbcrm(tmp_path).fail("graph", "start", KBCRM_GRAPH="neo4j://graph.example")
    assert "neo4j://graph.example" in said


def test_control_characters_of_a_mail_do_not_reach_the_terminal(kbcrm: Kbcrm, tmp_path: Path) -> None:
    (tmp_path / "evil.eml").write_text(
        "From: a@b.example\nTo: c@d.example\nDate: Thu, 04 Jun 2026 09:12:00 +0200\n"
        "Message-ID: <evil@b.example>\nSubject: red\n\n\x1b[31mred\x07\n"
    )
    kbcrm.run("ingest", "mail", tmp_path / "evil.eml")
    export = kbcrm.run("export", "--format", "ntriples")
    mail = re.search(r"mail:[0-9a-f]{16}", export) or re.search(r"mail%3A[0-9a-f]{16}", export)
    assert mail
    shown = kbcrm.run("interaction", mail[0].replace("%3A", ":"))
    assert "red" in shown
    assert "\x1b" not in shown
