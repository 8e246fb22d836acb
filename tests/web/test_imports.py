"""Importing files by the pages: how they are read, what comes in, what is rejected, how it is taken back."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask import Flask

from kb.model.moment import AsOf, to_iso
from kb.model.reading import RunRow
from kb.model.viewer import administrator
from tests.ingest.word_files import document, paragraph
from tests.web.browser import FRAGMENT, Browser
from tests.web.company import BREWERY, DAIRY, NOW, millis
from webapp.as_of import LATEST
from webapp.contexts.imports import run_view
from webapp.wiring import Parts

PRESENT = AsOf(millis(NOW), LATEST)
SignedIn = Callable[..., Browser]
ORDERS = "order,date,customer,product,quantity,price\n77{n},31/01/2026,C-9001,SK-80,1,10.00\n"
AMBIGUOUS = "order,date,customer,product,quantity,price\n88{n},03/02/2026,C-9001,SK-80,1,10.00\n"


def file(text: str, name: str = "orders.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), name


def send(browser: Browser, *files: tuple[io.BytesIO, str], **form: str):  # type: ignore[no-untyped-def]
    given = {"source": "orders", "timezone": "UTC", "day_first": "", "currency": "", **form}
    return browser.post("/imports/preview", {**given, "file": list(files)})


def hidden(page: str) -> dict[str, str]:
    """What the form of the preview would send, its selects as they stand."""
    form = page[page.index('name="upload"') - 200 :]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    fields.pop("csrf_token", None)
    for select, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        fields[select] = chosen[1] if chosen else ""
    return fields


def finished(parts: Parts, address: str) -> RunRow:
    return parts.runs.wait(administrator(), address.removeprefix("/imports/"))


def test_the_columns_are_shown_as_they_were_understood_and_confirmed(admin: Browser, parts: Parts) -> None:
    page = send(admin, file(ORDERS.format(n=1))).text
    fields = hidden(page)
    columns = {fields[f"column-{n}"]: fields[f"field-{n}"] for n in range(1, 7)}
    assert columns["customer"] == "customer"
    assert columns["price"] == "unit_price"
    assert "by its heading" in page
    assert "31/01/2026" in page
    answer = admin.post("/imports", {**fields, "timezone": "UTC", "day_first": "", "currency": "EUR"})
    assert answer.status_code == 303
    assert finished(parts, answer.location).accepted == 1
    shown = admin.get(answer.location).text
    assert "done" in shown
    assert "EUR" in shown


def test_a_column_without_a_known_heading_is_asked_for(admin: Browser, parts: Parts) -> None:
    strange = "Beleg,date,customer,product,quantity,zzz\n991,31/01/2026,C-9001,SK-80,1,2.50\n"
    page = send(admin, file(strange)).text
    fields = hidden(page)
    unused = next(n for n in range(1, 7) if fields[f"column-{n}"] == "zzz")
    order = next(n for n in range(1, 7) if fields[f"column-{n}"] == "Beleg")
    fields |= {f"field-{unused}": "unit_price", f"field-{order}": "order"}
    answer = admin.post("/imports", {**fields, "timezone": "UTC", "day_first": "day", "currency": "EUR"})
    assert finished(parts, answer.location).accepted == 1
    assert "€2.50" in admin.get("/interactions/order:991").text


def test_dates_that_can_be_read_both_ways_are_asked_about(admin: Browser, parts: Parts) -> None:
    asked = send(admin, file(AMBIGUOUS.format(n=1)))
    assert asked.status_code == 422
    assert "Please choose the order of day and month." in asked.text
    again = {**hidden(asked.text), "day_first": "day", "timezone": "UTC", "currency": ""}
    shown = admin.post("/imports/preview", again)
    assert "What the columns are" in shown.text
    answer = admin.post(
        "/imports", {**hidden(shown.text), "timezone": "UTC", "day_first": "day", "currency": ""}
    )
    finished(parts, answer.location)
    order = parts.knowledge.interaction(administrator(), "order:881")
    assert to_iso(order.at) == "2026-02-03T00:00:00.000Z"


def test_a_file_without_columns_is_read_at_once_and_several_are_one_import(
    admin: Browser, parts: Parts
) -> None:
    mail = "From: a@b.example\nTo: c@d.example\nDate: Tue, 13 Jan 2026 09:00:00 +0000\n\nHello {n}.\n"
    files = [file(mail.format(n=n), f"{n}.eml") for n in (1, 2, 3)]
    answer = send(admin, *files, source="mail")
    assert answer.status_code == 303
    assert finished(parts, answer.location).accepted == 3


def test_notes_are_read_at_once_and_are_internal(admin: Browser, parts: Parts) -> None:
    minutes = document(paragraph("Meeting minutes 2026-01-20", "1"), paragraph("Present: Marijke Hoekstra"))
    notes = "# 2026-01-21 拜访记录\n参会人：周敏\n很好。\n\n# 2026-01-22 Call with Marijke Hoekstra\nYes.\n"
    files = [(io.BytesIO(minutes), "minutes.docx"), file(notes, "notes.md")]
    answer = send(admin, *files, source="notes")
    assert finished(parts, answer.location).accepted == 3
    found = parts.knowledge.timeline(administrator(), DAIRY, PRESENT, channel="meeting").items
    assert [row.title for row in found] == ["Meeting minutes 2026-01-20"]
    assert found[0].direction == "internal"
    admin.post(f"{answer.location}/revert", {})
    broken = send(admin, (io.BytesIO(minutes[:99]), "minutes.docx"), source="notes")
    assert "The document is damaged or not a Word document" in broken.text


TICKETS = """{"tickets": [{"id": 7, "subject": "泵漏水", "status": "open", "created_at": "2026-01-20",
 "requester": {"name": "周敏"}, "client": "C-1002", "product": {"sku": "HP-200"},
 "what": "又漏了。"}, {"id": 8, "subject": "x"}]}"""


def test_the_fields_of_json_are_shown_and_mapped_as_columns_are(admin: Browser, parts: Parts) -> None:
    asked = send(admin, file(TICKETS, "tickets.json"), source="conversations")
    assert asked.status_code == 422
    fields = hidden(asked.text)
    columns = {fields[name]: name.removeprefix("column-") for name in fields if name.startswith("column-")}
    assert columns.keys() > {"requester.name", "product.sku", "what"}
    shown = admin.post("/imports/preview", {**fields, f"field-{columns['what']}": "text", "timezone": "UTC"})
    chosen = hidden(shown.text)
    assert chosen[f"field-{columns['requester.name']}"] == "contact"
    run = admin.post("/imports", {**chosen, "timezone": "UTC", "day_first": "", "currency": ""}).location
    assert (finished(parts, run).accepted, finished(parts, run).rejected) == (1, 1)
    (row,) = parts.knowledge.timeline(administrator(), BREWERY, PRESENT, channel="ticket").items
    ticket = parts.knowledge.interaction(administrator(), row.id)
    assert (ticket.title, ticket.text) == ("泵漏水", "又漏了。")
    amended = {**chosen, "timezone": "UTC", "day_first": "", "currency": ""}
    again = hidden(
        send(admin, file(TICKETS.replace("又", "还"), "tickets.json"), source="conversations").text
    )
    amended["upload"] = again["upload"]
    assert finished(parts, admin.post("/imports", amended).location).accepted == 1
    (row,) = parts.knowledge.timeline(administrator(), BREWERY, PRESENT, channel="ticket").items
    assert parts.knowledge.interaction(administrator(), row.id).text == "还漏了。"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"source": "gossip"}, "Choose what kind of file it is."),
        ({"timezone": "Mars/Olympus"}, "Give a time zone such as Europe/Amsterdam."),
        ({"currency": "florins"}, "Give a currency code such as EUR or CNY."),
    ],
)
def test_mistakes_in_the_form_are_named(admin: Browser, form: Mapping[str, str], sentence: str) -> None:
    answer = send(admin, file(ORDERS), **form)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_form_without_a_file_is_refused(admin: Browser) -> None:
    assert "Choose a file." in send(admin).text


def test_a_file_that_is_no_table_is_refused_with_the_reason(admin: Browser) -> None:
    answer = send(admin, file("", "empty.csv"))
    assert answer.status_code == 422
    assert "The file is empty." in answer.text
    assert re.search(r'name="source" value="orders"[^>]*checked', answer.text)  # the form as it was filled in


def test_rejected_records_are_explained_in_the_reader_s_language(
    signed_in: SignedIn, loaded: Mapping[str, RunRow]
) -> None:
    address = f"/imports/{loaded['orders'].id}"
    english = signed_in("admin").get(address).text
    assert "Quantity: “four” is not a number." in english
    assert "1004,2026-01-10 10:00,C-1001,SK-80,four" in english
    assert "数量：“four”不是数字。" in signed_in("admin", "zh").get(address).text


def test_the_counts_of_a_run_add_up(admin: Browser, loaded: Mapping[str, RunRow]) -> None:
    page = admin.get(f"/imports/{loaded['orders'].id}").text
    counts = [
        int(text) for text in re.findall(r"<dd[^>]*>(\d+)</dd>", page[page.index('class="counts') :])[:4]
    ]
    assert counts == [5, 4, 0, 1]
    assert counts[0] == sum(counts[1:])


def test_a_reverted_import_is_as_if_it_had_never_been(admin: Browser, parts: Parts) -> None:
    fields = hidden(send(admin, file(ORDERS.format(n=2))).text)
    run = admin.post("/imports", {**fields, "timezone": "UTC", "day_first": "", "currency": "EUR"}).location
    finished(parts, run)
    assert admin.get("/interactions/order:772").status_code == 200
    answer = admin.post(f"{run}/revert", {})
    assert answer.location == run
    page = admin.get(run).text
    assert "Reverted: the knowledge base is as if this file had never been read." in page
    assert "Yes, revert it" not in page
    assert admin.get("/interactions/order:772").status_code == 404


def test_a_run_exists_for_who_started_it_and_for_administrators(
    signed_in: SignedIn, loaded: Mapping[str, RunRow]
) -> None:
    address = f"/imports/{loaded['orders'].id}"
    browser = signed_in("pieter")
    assert browser.get(address).status_code == 404
    assert browser.post(f"{address}/revert", {}).status_code == 404
    assert "orders.csv" not in browser.get("/imports").text
    assert "orders.csv" in signed_in("admin").get("/imports").text


@pytest.mark.parametrize("name", ["chen.wei", "sofie", "customer"])
def test_who_may_not_import_gets_no_form_and_no_way_round_it(signed_in: SignedIn, name: str) -> None:
    browser = signed_in(name)
    assert browser.get("/imports/new").status_code == 403
    assert send(browser, file(ORDERS)).status_code == 403
    assert "Your role does not allow you to import files." in browser.get("/imports/new").text


def test_a_file_that_waits_is_found_by_its_sender_only(signed_in: SignedIn) -> None:
    mine = hidden(send(signed_in("admin"), file(ORDERS.format(n=3))).text)
    answer = signed_in("pieter").post(
        "/imports", {**mine, "timezone": "UTC", "day_first": "", "currency": ""}
    )
    assert answer.status_code == 404
    assert "The file is no longer here." in answer.text


def test_what_was_done_by_hand_is_listed_when_asked_for(admin: Browser, parts: Parts) -> None:
    stated = parts.knowledge.state(
        administrator(), subject="customer:C-1002", predicate="segment", value="new", note="First order."
    )
    assert "segment customer:C-1002" not in admin.get("/imports").text
    assert "segment customer:C-1002" in admin.get("/imports?by_hand=1").text
    parts.knowledge.retract(administrator(), stated.statement, note="end of the test")


def test_a_run_on_its_way_asks_again_every_second_and_tells_how_far_it_is(
    app: Flask, loaded: Mapping[str, RunRow]
) -> None:
    with app.test_request_context():
        row = replace(
            loaded["orders"],
            status="running",
            stage="landing",
            expected=900,
            done_of_expected=600,
            seconds=3.0,
        )
        view = run_view(row)
        assert view.running
        assert view.progress == pytest.approx(2 / 3)
        brought_in = run_view(replace(row, stage="projecting", accepted=10, applied=4))
        assert brought_in.progress == pytest.approx(0.4)
        assert run_view(replace(row, expected=None, done_of_expected=None)).progress is None
        from flask import render_template

        from webapp.contexts.imports import RunPage
        from webapp.contexts.paging import Paging

        page = RunPage(
            run=view,
            profile=(),
            reasons=(),
            rejected=(),
            paging=Paging(first=0, last=0, total=0, previous=None, next=None),
            may_revert=False,
        )
        shown = render_template("imports/show.html", page=page, layout="fragment.html")
    assert 'hx-trigger="every 1s"' in shown
    assert "67%" in shown


def test_a_finished_run_asks_no_more(admin: Browser, loaded: Mapping[str, RunRow]) -> None:
    page = admin.get(f"/imports/{loaded['orders'].id}", headers=FRAGMENT).text
    assert "hx-trigger" not in page
    assert "<html" not in page
