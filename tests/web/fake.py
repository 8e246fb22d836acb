"""A small, fixed company in memory, for tests that are about pages and not about storage.

It keeps to the interfaces of webapp.parts; rights, versions and files are tested with the real parts.
Everybody but an administrator sees the customers of their teams.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.overrides import Overrides
from kb.errors import NotFound
from kb.model.fact import Claim, Fact, Kind, Premise, Quote, Status, Value
from kb.model.listing import Listing
from kb.model.moment import FOREVER, AsOf
from kb.model.reading import (
    ContactRow,
    Customer,
    CustomerRow,
    CustomerSort,
    Interaction,
    Line,
    Mention,
    OpenedFact,
    Participant,
    Proof,
    RejectedRow,
    RunDetail,
    RunRow,
    TouchRow,
)
from kb.model.viewer import Viewer

NOW = 1_763_800_000_000  # 2025-11-22T08:26:40Z
DAY = 86_400_000
MAIL_TEXT = (
    "Dear Pieter,\n\nThank you for the quick delivery of the HP-200 last week. The seals hold.\n\n"
    "From now on please call me instead of writing: I am on the shop floor most of the day, and mail waits.\n"
    "Our budget for pumps next year is about 48,000 euro.\n\nKind regards,\nMarijke Hoekstra\n"
    "Kloosterveen Dairy B.V.\n"
)
CALL_TEXT = "您好，请以后发邮件给我，电话里记不住型号。我们明年还需要三台 HP-320。"


def words(text: str, quote: str) -> tuple[int, int]:
    start = text.index(quote)
    return start, start + len(quote)


MAIL = Interaction(
    id="mail:00aa11bb22cc33dd",
    channel="email",
    direction="inbound",
    at=NOW - 30 * DAY,
    title="Re: delivery of HP-200, and how to reach me",
    text=MAIL_TEXT,
    thread="thread:1",
    language="en",
    participants=(
        Participant(role="from", name="Marijke Hoekstra", address="mailto:m.hoekstra@kloosterveen.example"),
        Participant(role="to", name=None, address="mailto:pieter@pumps.example"),
    ),
    mentions=(
        Mention(
            node="product:HP-200",
            label="Product",
            name="HP-200 multistage pump",
            start=words(MAIL_TEXT, "HP-200")[0],
            end=words(MAIL_TEXT, "HP-200")[1],
        ),
    ),
    attachments=("delivery-note.pdf",),
    customers=(("customer:C-1001", "Kloosterveen Dairy B.V."),),
)
CALL = Interaction(
    id="call:1122334455667788",
    channel="call",
    direction="inbound",
    at=NOW - 5 * DAY,
    title="",
    text=CALL_TEXT,
    at_source="file",
    language="zh",
    customers=(("customer:C-1001", "Kloosterveen Dairy B.V."),),
)
ORDER = Interaction(
    id="order:R24-0007",
    channel="order",
    direction="inbound",
    at=NOW - 60 * DAY,
    title="R24-0007",
    text="",
    lines=(
        Line(
            product="product:HP-200",
            name="HP-200 multistage pump",
            quantity="3",
            unit_price="4980.00",
            amount="14940.00",
            currency="EUR",
        ),
        Line(
            product="product:SK-80",
            name="SK-80 seal kit",
            quantity="-2",
            unit_price="120.50",
            amount="-241.00",
            currency="EUR",
        ),
        Line(product="product:X-1", name=None, quantity="1", unit_price=None, amount=None, currency=None),
    ),
    customers=(("customer:C-1001", "Kloosterveen Dairy B.V."),),
)
INTERACTIONS = {one.id: one for one in (MAIL, CALL, ORDER)}


def quote(interaction: Interaction, text: str) -> Quote:
    start, end = words(interaction.text, text)
    return Quote(interaction.id, start, end, text)


def fact(id: str, predicate: str, kind: Kind, confidence: float, **more: Any) -> Fact:
    claim = {"value", "object", "unit", "rule", "evidence"} & more.keys()
    claimed = {name: more.pop(name) for name in claim}
    claimed.setdefault("evidence", (Quote(ORDER.id),))
    return Fact(
        id=id,
        statement=more.pop("statement", f"s-{id}"),
        claim=Claim(
            subject="customer:C-1001", predicate=predicate, kind=kind, confidence=confidence, **claimed
        ),
        status=more.pop("status", Status.ASSERTED),
        valid_from=more.pop("valid_from", NOW - 300 * DAY),
        recorded_at=more.pop("recorded_at", NOW - 20 * DAY),
        **more,
    )


FACTS = [
    fact("f-industry", "industry", Kind.OBSERVATIONAL, 1.0, value="dairy"),
    fact("f-country", "country", Kind.OBSERVATIONAL, 1.0, value="NL"),
    fact("f-city", "city", Kind.OBSERVATIONAL, 1.0, value="Meppel"),
    fact(
        "f-call",
        "prefersChannel",
        Kind.CONVERSATIONAL,
        0.9,
        value="call",
        status=Status.DISPUTED,
        evidence=(quote(MAIL, "please call me instead of writing"),),
    ),
    fact(
        "f-mail",
        "prefersChannel",
        Kind.EXPERT,
        0.7,
        value="email",
        status=Status.DISPUTED,
        evidence=(quote(CALL, "请以后发邮件给我"),),
    ),
    fact(
        "f-budget-old",
        "annualPumpBudget",
        Kind.CONVERSATIONAL,
        0.6,
        value="40000",
        unit="EUR",
        statement="s-budget",
        recorded_at=NOW - 200 * DAY,
        superseded_at=NOW - 20 * DAY,
        evidence=(quote(MAIL, "48,000 euro"),),
    ),
    fact(
        "f-budget",
        "annualPumpBudget",
        Kind.CONVERSATIONAL,
        0.85,
        value="48000",
        unit="EUR",
        statement="s-budget",
        evidence=(quote(MAIL, "Our budget for pumps next year is about 48,000 euro."),),
    ),
    fact("f-first", "firstOrder", Kind.OBSERVATIONAL, 1.0, value="2019-03-14T09:00:00.000Z", rule="orders/1"),
    fact("f-count", "orderCount", Kind.OBSERVATIONAL, 1.0, value=37, rule="orders/1"),
    fact("f-spend", "totalSpend", Kind.OBSERVATIONAL, 1.0, value="312450.25", unit="EUR", rule="orders/1"),
    fact("f-interval", "orderInterval", Kind.OBSERVATIONAL, 1.0, value="41.5", unit="days", rule="orders/1"),
    fact(
        "f-need",
        "need",
        Kind.CONVERSATIONAL,
        0.8,
        value="三台 HP-320",
        evidence=(quote(CALL, "我们明年还需要三台 HP-320"),),
    ),
    fact(
        "f-praise",
        "praise",
        Kind.CONVERSATIONAL,
        0.75,
        value="quick delivery of the HP-200",
        evidence=(quote(MAIL, "Thank you for the quick delivery of the HP-200 last week."),),
    ),
    fact("f-risk", "churnRisk", Kind.PREDICTIVE, 0.66, value="0.18", rule="loyalty/1"),
    fact(
        "f-decides",
        "decisionMaker",
        Kind.EXPERT,
        0.95,
        object="contact:m.hoekstra@kloosterveen.example",
        status=Status.INFERRED,
        evidence=(Premise("f-call"),),
        rule="deciders/1",
    ),
]
NAMES = {
    "customer:C-1001": "Kloosterveen Dairy B.V.",
    "contact:m.hoekstra@kloosterveen.example": "Marijke Hoekstra",
    "product:HP-200": "HP-200 multistage pump",
}
CONTACTS = (
    ContactRow(
        id="contact:m.hoekstra@kloosterveen.example",
        name="Marijke Hoekstra",
        name_zh=None,
        role="operations director",
        email="m.hoekstra@kloosterveen.example",
        phone="+31600000101",
        since="2025-09-01",
        until=None,
    ),
    ContactRow(
        id="contact:b",
        name="Bas Wielinga",
        name_zh="巴斯",
        role="maintenance lead",
        email=None,
        phone="+31600000102",
        since="2021-03-01",
        until="2024-06-30",
    ),
)


def customers(count: int) -> list[CustomerRow]:
    rows = [
        CustomerRow(
            id="customer:C-1001",
            name="Kloosterveen Dairy B.V.",
            name_zh="克洛斯特芬乳业",
            country="NL",
            team="rotterdam",
            owner="pieter",
            orders=37,
            last_order=NOW - 60 * DAY,
            spend=(("EUR", "312450.25"),),
        ),
        CustomerRow(
            id="customer:C-1036",
            name="Hongmei Paper Co., Ltd.",
            name_zh="红梅纸业有限公司",
            country="CN",
            team="shanghai",
            owner="li.na",
            orders=12,
            last_order=NOW - 9 * DAY,
            spend=(("CNY", "98450.00"), ("unknown", "1200.00")),
        ),
    ]
    rows += [
        CustomerRow(
            id=f"customer:C-2{number:03}",
            name=f"Works {number:03}",
            name_zh=None,
            country=None,
            team="rotterdam",
            owner=None,
            orders=0,
            last_order=None,
            spend=(),
        )
        for number in range(count - len(rows))
    ]
    return rows


@dataclass
class FakeKnowledge:
    """The company above. What was asked to change is kept in `acts`."""

    rows: list[CustomerRow] = field(default_factory=lambda: customers(240))
    held: list[Fact] = field(default_factory=lambda: list(FACTS))
    acts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def customers(
        self,
        viewer: Viewer,
        *,
        search: str = "",
        sort: CustomerSort = CustomerSort.NAME,
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
    ) -> Listing[CustomerRow]:
        rows = [row for row in self.rows if self._sees(viewer, row)]
        wanted = search.casefold()
        rows = [row for row in rows if wanted in f"{row.name} {row.name_zh} {row.id}".casefold()]
        if sort is CustomerSort.ORDERS:
            rows.sort(key=lambda row: row.orders, reverse=descending)
        else:
            rows.sort(key=lambda row: row.name, reverse=descending)
        return Listing(rows[offset : offset + limit], len(rows), offset)

    def customer(self, viewer: Viewer, id: str, moment: AsOf) -> Customer:
        row = self._row(viewer, id)
        props: dict[str, Value] = {"industry": "dairy", "city": "Meppel"}
        given = {"name_zh": row.name_zh, "country": row.country, "team": row.team, "owner": row.owner}
        props |= {name: text for name, text in given.items() if text}
        people = CONTACTS if id == "customer:C-1001" else ()
        return Customer(id=id, name=row.name, props=props, contacts=people)

    def facts(self, viewer: Viewer, subject: str, moment: AsOf, *, limit: int = 500) -> list[Fact]:
        if subject.startswith("customer:"):
            self._row(viewer, subject)
        found = [
            fact
            for fact in self.held
            if fact.claim.subject == subject
            and fact.valid_from <= moment.valid < fact.valid_to
            and fact.recorded_at <= moment.known < fact.superseded_at
        ]
        return sorted(found, key=lambda fact: -fact.claim.confidence)[:limit]

    def names(self, viewer: Viewer, ids: Iterable[str]) -> dict[str, str]:
        return {id: NAMES[id] for id in ids if id in NAMES}

    def opened(self, viewer: Viewer, fact_id: str) -> OpenedFact:
        found = self._fact(fact_id)
        self._row(viewer, found.claim.subject)
        proofs = [
            Proof(interaction=INTERACTIONS[item.interaction], start=item.start, end=item.end)
            if isinstance(item, Quote)
            else Proof(fact=self._fact(item.fact))
            for item in found.claim.evidence
        ]
        computed = tuple(touches()[2:6]) if found.claim.rule == "orders/1" else ()
        return OpenedFact(
            fact=found,
            subject_name=NAMES.get(found.claim.subject, found.claim.subject),
            object_name=NAMES.get(found.claim.object or ""),
            proofs=tuple(proofs),
            history=tuple(fact for fact in self.held if fact.statement == found.statement),
            computed_from=computed,
            computed_total=37 if computed else 0,
        )

    def timeline(
        self,
        viewer: Viewer,
        customer: str,
        moment: AsOf,
        *,
        channel: str | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> Listing[TouchRow]:
        self._row(viewer, customer)
        if customer != "customer:C-1001":
            return Listing([], 0)
        rows = [row for row in touches() if row.at <= moment.valid and channel in (None, row.channel)]
        return Listing(rows[offset : offset + limit], len(rows), offset)

    def interaction(self, viewer: Viewer, id: str) -> Interaction:
        found = INTERACTIONS.get(id)
        if found is None:
            raise NotFound("interaction", id)
        self._row(viewer, "customer:C-1001")
        return found

    def product(self, viewer: Viewer, id: str) -> dict[str, Any]:
        if id != "product:HP-200":
            raise NotFound("product", id)
        return {
            "id": id,
            "sku": "HP-200",
            "name": "HP-200 multistage pump",
            "name_zh": "HP-200 多级离心泵",
            "category": "high-pressure",
            "version": "3.1",
            "features": ["25 bar discharge", "stainless stages", "cartridge seal"],
        }

    def state(self, viewer: Viewer, **said: Any) -> Fact:
        viewer.may_write()
        self._row(viewer, said["subject"])
        self.acts.append(("state", said))
        given = {"value": said["value"]} if said["object"] is None else {"object": said["object"]}
        new = fact(
            f"f-new-{len(self.acts)}",
            said["predicate"],
            said["kind"],
            said["confidence"],
            unit=said["unit"],
            valid_from=said["valid_from"],
            valid_to=FOREVER if said["valid_to"] is None else said["valid_to"],
            recorded_at=NOW,
            **given,
        )
        self.held.append(new)
        return new

    def correct(self, viewer: Viewer, statement: str, **change: Any) -> Fact:
        before = self._believed(viewer, statement)
        self.acts.append(("correct", {"statement": statement, **change}))
        claim = before.claim
        if change.get("value") is not None:
            claim = replace(claim, value=change["value"])
        if change.get("confidence") is not None:
            claim = replace(claim, confidence=change["confidence"])
        return self._supersede(before, replace(before, claim=claim))

    def end(self, viewer: Viewer, statement: str, *, at: int, note: str) -> Fact:
        before = self._believed(viewer, statement)
        self.acts.append(("end", {"statement": statement, "at": at, "note": note}))
        return self._supersede(before, replace(before, valid_to=at))

    def dispute(self, viewer: Viewer, statement: str, *, note: str) -> Fact:
        before = self._believed(viewer, statement)
        self.acts.append(("dispute", {"statement": statement, "note": note}))
        return self._supersede(before, replace(before, status=Status.DISPUTED))

    def retract(self, viewer: Viewer, statement: str, *, note: str) -> None:
        before = self._believed(viewer, statement)
        self.acts.append(("retract", {"statement": statement, "note": note}))
        self.held[self.held.index(before)] = replace(before, superseded_at=NOW)

    def _supersede(self, before: Fact, after: Fact) -> Fact:
        self.held[self.held.index(before)] = replace(before, superseded_at=NOW)
        new = replace(after, id=f"f-new-{len(self.acts)}", recorded_at=NOW)
        self.held.append(new)
        return new

    def _believed(self, viewer: Viewer, statement: str) -> Fact:
        viewer.may_write()
        for found in self.held:
            if found.statement == statement and found.superseded_at == FOREVER:
                self._row(viewer, found.claim.subject)
                return found
        raise NotFound("statement", statement)

    def _fact(self, id: str) -> Fact:
        for found in self.held:
            if found.id == id:
                return found
        raise NotFound("fact", id)

    def _row(self, viewer: Viewer, id: str) -> CustomerRow:
        for row in self.rows:
            if row.id == id and self._sees(viewer, row):
                return row
        raise NotFound("customer", id)

    def _sees(self, viewer: Viewer, row: CustomerRow) -> bool:
        return viewer.sees_everything or row.team in viewer.teams or row.id == viewer.customer


def touches() -> list[TouchRow]:
    rows = [
        TouchRow(
            id=CALL.id,
            channel="call",
            direction="inbound",
            at=CALL.at,
            title="",
            excerpt=CALL_TEXT,
            people=("Marijke Hoekstra",),
        ),
        TouchRow(
            id=MAIL.id,
            channel="email",
            direction="inbound",
            at=MAIL.at,
            title=MAIL.title,
            excerpt=MAIL_TEXT[:240],
            thread="thread:1",
            people=("Marijke Hoekstra", "Pieter"),
        ),
    ]
    rows += [
        TouchRow(
            id=ORDER.id,
            channel="order",
            direction="inbound",
            at=ORDER.at - number * 40 * DAY,
            title=f"R24-{7 - number:04}",
            excerpt="",
            lines=3,
            amounts=(("EUR", "14699.00"),),
        )
        for number in range(37)
    ]
    return rows


RUN = RunRow(
    id="run-1",
    source="orders",
    title="orders-rotterdam.csv",
    started_by="pieter",
    recorded_at=NOW - DAY,
    status="done",
    stage="done",
    records=5120,
    accepted=5090,
    duplicate=12,
    rejected=18,
    applied=5090,
    expected=None,
    done_of_expected=None,
    seconds=74.0,
)
REJECTED = (
    RejectedRow(place=14, field="date", value="31-31-2024", reason="bad_date", raw="R24-0003;31-31-2024;C-1"),
    RejectedRow(place=90, field="customer", value="", reason="missing_field", raw="R24-0022;02-10-2024;;"),
    RejectedRow(place=1204, field="quantity", value="drie", reason="bad_number", raw="R24-0400;…;drie"),
)


@dataclass
class FakeRuns:
    """Runs that are over as soon as they begin, but for `going`, which never ends."""

    rows: list[RunRow] = field(default_factory=lambda: [RUN])
    started: list[tuple[str, str, Overrides]] = field(default_factory=list)
    columns: Sequence[Mapping[str, Any]] = ()
    headers: Sequence[str] = ()
    question: str | None = None

    def preview(self, viewer: Viewer, source: str, path: Path, name: str, overrides: Overrides) -> Any:
        assert path.is_file()
        if self.question and overrides.day_first is None:
            return {"columns": [], "headers": [], "question": self.question}
        return {"columns": self.columns, "headers": self.headers, "question": None}

    def start(
        self, viewer: Viewer, *, source: str, path: Path, name: str | None = None, reading: Any = None
    ) -> str:
        assert path.is_file()
        self.started.append((source, name or "", reading))
        id = f"run-{len(self.rows) + 1}"
        title = name or path.name
        self.rows.insert(0, replace(RUN, id=id, source=source, title=title, started_by=viewer.name))
        return id

    def list(self, viewer: Viewer, *, by_hand: bool = False, offset: int = 0, limit: int = 50) -> Any:
        mine = [row for row in self.rows if self._sees(viewer, row)]
        return Listing(mine[offset : offset + limit], len(mine), offset)

    def show(self, viewer: Viewer, run: str) -> RunDetail:
        return RunDetail(
            run=self._row(viewer, run),
            profile={"timezone": "Europe/Amsterdam", "currency": "EUR"},
            reasons=(
                ("bad_date", "date", 9),
                ("missing_field", "customer", 8),
                ("bad_number", "quantity", 1),
            ),
        )

    def rejected(self, viewer: Viewer, run: str, *, offset: int = 0, limit: int = 100) -> Any:
        self._row(viewer, run)
        return Listing(REJECTED[offset : offset + limit], 18, offset)

    def revert(self, viewer: Viewer, run: str) -> RunRow:
        row = self._row(viewer, run)
        reverted = replace(row, status="reverted")
        self.rows[self.rows.index(row)] = reverted
        return reverted

    def going(self) -> str:
        """A run that is on its way, at two thirds of its file."""
        row = replace(
            RUN, id="run-going", status="running", stage="landing", expected=900, done_of_expected=600
        )
        self.rows.insert(0, row)
        return row.id

    def _row(self, viewer: Viewer, id: str) -> RunRow:
        for row in self.rows:
            if row.id == id and self._sees(viewer, row):
                return row
        raise NotFound("run", id)

    def _sees(self, viewer: Viewer, row: RunRow) -> bool:
        return viewer.sees_everything or row.started_by == viewer.name
