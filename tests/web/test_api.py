"""The JSON under /api/v1, and its description."""

import io
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask

from kb.model.fact import Claim, Fact, Kind, Premise, Quote, Status
from kb.model.moment import FOREVER
from kb.model.reading import RunRow
from tests.web.browser import PASSWORDS, Browser, basic
from tests.web.company import DAIRY, millis
from webapp.json_shapes import fact_json

SignedIn = Callable[..., Browser]
FACT_KEYS = [
    "id",
    "statement",
    "subject",
    "predicate",
    "value",
    "unit",
    "qualifiers",
    "kind",
    "confidence",
    "status",
    "valid_from",
    "valid_to",
    "recorded_at",
    "superseded_at",
    "evidence",
]


class Program:
    """Signs in by HTTP Basic with every request."""

    def __init__(self, app: Flask, name: str) -> None:
        self._client = app.test_client()
        self._headers = {**basic(name, PASSWORDS[name]), "Accept-Language": "en"}

    def get(self, address: str, status: int = 200, **query: Any) -> Any:
        return self._json(
            self._client.get(f"/api/v1{address}", query_string=query, headers=self._headers), status
        )

    def post(self, address: str, body: Mapping[str, Any], status: int = 200) -> Any:
        return self._json(self._client.post(f"/api/v1{address}", json=body, headers=self._headers), status)

    def send(self, address: str, form: Mapping[str, Any], status: int = 202) -> Any:
        return self._json(self._client.post(f"/api/v1{address}", data=form, headers=self._headers), status)

    def _json(self, answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.text
        return answer.json if answer.data else None


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app, "admin")


def test_a_fact_has_exactly_this_shape() -> None:
    fact = Fact(
        id="fact:1",
        statement="s",
        claim=Claim(
            subject=DAIRY,
            predicate="segment",
            kind=Kind.EXPERT,
            confidence=0.9,
            evidence=(Quote("note:1", 2, 5, "new"), Premise("fact:0")),
            value="new",
        ),
        status=Status.ASSERTED,
        valid_from=millis("2026-01-01T00:00:00Z"),
        recorded_at=millis("2026-01-02T00:00:00Z"),
        valid_to=FOREVER,
    )
    shape = fact_json(fact)
    assert list(shape) == FACT_KEYS
    assert shape["valid_from"] == "2026-01-01T00:00:00.000Z"
    assert shape["valid_to"] is None
    assert shape["superseded_at"] is None
    assert shape["evidence"] == [
        {"interaction": "note:1", "start": 2, "end": 5, "text": "new"},
        {"fact": "fact:0", "start": 0, "end": 0, "text": ""},
    ]


def test_an_object_stands_in_place_of_a_value() -> None:
    claim = Claim(
        subject=DAIRY,
        predicate="decisionMaker",
        kind=Kind.EXPERT,
        confidence=1,
        evidence=(Premise("fact:0"),),
        object="contact:a",
    )
    fact = Fact(id="1", statement="s", claim=claim, status=Status.INFERRED, valid_from=0, recorded_at=0)
    assert list(fact_json(fact)) == [*FACT_KEYS[:4], "object", *FACT_KEYS[5:]]


def test_lists_tell_how_many_exist_and_where_they_begin(program: Program) -> None:
    found = program.get("/customers", search="C-100", limit=1, offset=1, sort="orders", descending=True)
    assert found["total"] == 2
    assert found["offset"] == 1
    assert [row["id"] for row in found["items"]] == ["customer:C-1002"]
    dairy = program.get("/customers", search="dairy")["items"][0]
    assert dairy["spend"] == [{"currency": "EUR", "amount": "15663.00"}]
    assert dairy["last_order"] == "2025-12-24T09:00:00.000Z"


def test_a_customer_and_its_facts_are_read_as_of_two_moments(program: Program) -> None:
    dairy = program.get(f"/customers/{DAIRY}")
    assert dairy["contacts"][0]["name"] == "Bas Wielinga"
    assert dairy["properties"]["last_order"] == "2025-12-24T09:00:00.000Z"
    facts = program.get(f"/customers/{DAIRY}/facts", as_of="2025-11-01")["items"]
    spend = next(fact for fact in facts if fact["predicate"] == "totalSpend")
    assert spend["value"] == "15181.00"
    assert spend["unit"] == "EUR"
    assert program.get(f"/customers/{DAIRY}/facts", known_at="2025-11-01T00:00:00Z")["total"] == 0


def test_the_timeline_is_read_by_channel(program: Program) -> None:
    orders = program.get(f"/customers/{DAIRY}/timeline", channel="order")
    assert [row["id"] for row in orders["items"]][-2:] == ["order:1002", "order:1001"]


def test_an_opened_fact_comes_with_its_history_and_what_it_was_computed_from(program: Program) -> None:
    facts = program.get(f"/customers/{DAIRY}/facts")["items"]
    spend = next(fact for fact in facts if fact["predicate"] == "totalSpend")
    opened = program.get(f"/facts/{spend['id']}")
    assert opened["subject_name"] == "Kloosterveen Dairy B.V."
    assert opened["computed_from"]["total"] >= 2
    assert spend["id"] in {version["id"] for version in opened["history"]}
    assert opened["history_total"] == len(opened["history"])


def test_an_interaction_comes_with_its_lines(program: Program) -> None:
    lines = program.get("/interactions/order:1001")["lines"]
    assert {line["product"]: line["amount"] for line in lines} == {
        "product:HP-200": "14940.00",
        "product:SK-80": "241.00",
    }


def test_a_product_comes_with_its_features(program: Program, app: Flask) -> None:
    pump = program.get("/products/product:HP-200")
    assert (pump["name"], pump["properties"]["version"]) == ("HP-200 multistage pump", "3.1")
    assert [one["name"] for one in pump["features"]] == ["25 bar discharge", "IE4 motor"]
    assert not {"search", "name_key", "features"} & pump["properties"].keys()
    assert Program(app, "customer").get("/products/product:HP-200") == pump
    for no_product in ("product:none", DAIRY):
        assert program.get(f"/products/{no_product}", 404)["what"] == "product"


def test_runs_and_their_rejected_records_are_read(program: Program, loaded: Mapping[str, RunRow]) -> None:
    id = loaded["orders"].id
    assert id in {run["id"] for run in program.get("/runs")["items"]}
    assert program.get(f"/runs/{id}")["reasons"] == [
        {"reason": "bad_number", "field": "quantity", "count": 1}
    ]
    rejected = program.get(f"/runs/{id}/rejected")
    assert rejected["total"] == 1
    assert rejected["items"][0]["value"] == "four"


def test_facts_are_stated_and_changed(program: Program) -> None:
    stated = program.post(
        "/facts",
        {
            "subject": DAIRY,
            "predicate": "industry",
            "value": "cheese",
            "valid_from": "2026-02-20T00:00:00Z",
            "note": "As their new brochure says.",
        },
        201,
    )
    assert stated["evidence"][0]["text"] == "As their new brochure says."
    statement = stated["statement"]
    corrected = program.post(
        f"/statements/{statement}/correct",
        {"value": "cheese and butter", "confidence": 0.5, "note": "Page 2."},
    )
    assert (corrected["value"], corrected["confidence"]) == ("cheese and butter", 0.5)
    assert program.post(f"/statements/{statement}/dispute", {"note": "An old one."})["status"] == "disputed"
    ended = program.post(f"/statements/{statement}/end", {"at": "2026-02-25", "note": "No more."})
    assert ended["valid_to"] == "2026-02-25T00:00:00.000Z"
    assert program.post(f"/statements/{statement}/retract", {"note": "A mistake."}, 204) is None
    assert program.post(f"/statements/{statement}/retract", {"note": "Again."}, 404)["error"] == "not_found"


def test_a_file_is_imported_and_watched(program: Program) -> None:
    text = "order,date,customer,product,quantity,price\n6601,31/01/2026,C-9001,SK-80,1,10.00\n"
    form = {"file": (io.BytesIO(text.encode()), "o.csv"), "source": "orders", "currency": "EUR"}
    run = imported(program, form)
    assert (run["status"], run["accepted"]) == ("done", 1)


def imported(program: Program, form: Mapping[str, Any]) -> Any:
    """The run of the file, once it is no longer running."""
    run = program.send("/imports", form)
    deadline = time.monotonic() + 30
    while run["status"] == "running" and time.monotonic() < deadline:
        run = program.get(f"/runs/{run['id']}")
    return run


def test_an_import_is_taken_back_once_and_by_who_may_see_it(app: Flask, signed_in: SignedIn) -> None:
    pieter = Program(app, "pieter")
    run = imported(
        pieter, {"file": (io.BytesIO(b"sku,name\nAP-1,taken back\n"), "p.csv"), "source": "products"}
    )
    address = f"/runs/{run['id']}/revert"
    assert Program(app, "li.na").post(address, {}, 404)["error"] == "not_found"
    assert Program(app, "customer").post(address, {}, 403)["error"] == "forbidden"
    assert signed_in("pieter").client.post(f"/api/v1{address}").status_code == 400  # without the token
    assert pieter.get(f"/runs/{run['id']}")["status"] == "done"
    assert pieter.get("/products/product:AP-1")["name"] == "taken back"
    assert pieter.post(address, {})["status"] == "reverted"
    pieter.get("/products/product:AP-1", 404)
    again = pieter.post(address, {}, 409)
    assert again["error"] == "conflict"
    assert again["message"].startswith(f"Run {run['id']} is reverted")


def test_errors_carry_a_code_a_sentence_and_their_data(program: Program, app: Flask) -> None:
    missing = program.get("/customers/customer:none", 404)
    assert missing == {
        "error": "not_found",
        "message": "There is no customer customer:none.",
        "what": "customer",
        "id": "customer:none",
    }
    assert program.get("/nowhere", 404)["error"] == "not_found"
    moment = program.get(f"/customers/{DAIRY}/facts", 422, as_of="soon")
    assert moment["problems"] == [
        {"field": "as_of", "message": "Write a date and time such as 2025-03-14T10:30."}
    ]
    assert (
        Program(app, "customer").post(
            "/facts", {"subject": DAIRY, "predicate": "need", "value": "x", "note": "y"}, 403
        )["error"]
        == "forbidden"
    )


def test_all_bad_fields_of_a_body_are_named_at_once(program: Program) -> None:
    answer = program.post("/facts", {"confidence": 3, "kind": "predictive"}, 422)
    assert answer["error"] == "invalid"
    assert {problem["field"] for problem in answer["problems"]} == {
        "subject",
        "predicate",
        "note",
        "confidence",
        "kind",
    }


def test_what_the_ontology_does_not_allow_is_refused_in_words(program: Program) -> None:
    body = {"subject": DAIRY, "predicate": "shoeSize", "value": "44", "note": "?"}
    answer = program.post("/facts", body, 422)
    assert answer["error"] == "invalid_fact"
    assert "shoeSize" in answer["message"]


def test_messages_come_in_the_language_that_is_asked_for(app: Flask) -> None:
    headers = {**basic("admin", PASSWORDS["admin"]), "Accept-Language": "zh-CN"}
    answer = app.test_client().get("/api/v1/customers/customer:none", headers=headers)
    assert (answer.json or {})["message"] == "没有客户 customer:none。"


def test_a_signed_in_browser_may_read_and_needs_the_token_to_write(signed_in: SignedIn) -> None:
    browser = signed_in("admin")
    assert browser.get("/api/v1/customers").status_code == 200
    body = {"subject": DAIRY, "predicate": "shoeSize", "value": "44", "note": "?"}
    assert browser.client.post("/api/v1/facts", json=body).status_code == 400
    token = {"X-CSRF-Token": browser.token()}
    assert browser.client.post("/api/v1/facts", json=body, headers=token).status_code == 422


def test_the_description_lists_every_address_and_needs_nobody_signed_in(app: Flask) -> None:
    described = app.test_client().get("/api/v1/openapi.json").json
    assert described
    addresses = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
    }
    assert addresses == set(described["paths"])
    assert described["security"] == [{"basic": []}]
    for path in described["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                assert operation["summary"]
