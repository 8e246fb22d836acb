"""Messages become candidates with the very words, whoever wrote them, in both languages."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract.candidates import Candidate, FactKind, Side
from ingest.extract.pipeline import Extractor, Message, shipped_extractor

AT = datetime.fromisoformat("2026-03-04T10:00+01:00")  # a Wednesday


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return shipped_extractor()


def said(extractor: Extractor, text: str, side: Side = Side.CUSTOMER, **sides: Side) -> list[Candidate]:
    (found,) = extractor.extract([Message(text=text, at=AT, side=side, sides=sides)])
    assert all(text[one.start : one.end] == one.text for one in found)
    return found


def test_a_mail_gives_its_facts_in_order(extractor: Extractor) -> None:
    text = (
        "Dear Anna,\n\nWe need 40 units that fit through a 60 cm door. I'll send the floor plan by Friday."
        "\nPlease write rather than call, I rarely pick up the phone.\n\nKind regards\nTom Baker\nLaundry"
    )
    need, commitment, preference, *again = said(extractor, text)
    assert (need.kind, commitment.kind, preference.kind) == ("need", "commitment", "preference")
    assert all(one.kind == "preference" for one in again)  # "I rarely pick up the phone" may be another
    assert (commitment.holder, commitment.due) == (Side.CUSTOMER, date(2026, 3, 6))
    assert preference.aspect == "channel"


def test_the_same_in_chinese(extractor: Extractor) -> None:
    text = "李经理，您好！\n\n我们需要四十台能过六十厘米门的设备。我周五前把平面图发给您。\n\n祝好\n王强"
    need, commitment = said(extractor, text)
    assert (need.kind, commitment.kind) == ("need", "commitment")
    assert (commitment.holder, commitment.due) == (Side.CUSTOMER, date(2026, 3, 6))


def test_what_we_promise_is_owed_by_us(extractor: Extractor) -> None:
    (ours,) = said(extractor, "We'll call you back tomorrow.", Side.US)
    (theirs,) = said(extractor, "You promised to call us back tomorrow.", Side.CUSTOMER)
    assert (ours.holder, ours.due) == (theirs.holder, theirs.due) == (Side.US, date(2026, 3, 5))


def test_quoted_words_and_signatures_state_nothing(extractor: Extractor) -> None:
    text = (
        "Thanks!\n\nBest\nTom\n\nOn Tue, 3 Mar 2026, Anna wrote:\n> We'll send you the drawings by Friday.\n"
    )
    assert [one.kind for one in said(extractor, text) if one.kind is FactKind.COMMITMENT] == []


def test_speakers_of_a_transcript_are_told_apart(extractor: Extractor) -> None:
    text = "Anna: We'll send you the drawings by Friday.\nTom: And I'll pay the invoice tomorrow."
    found = [one for one in said(extractor, text, Anna=Side.US, Tom=Side.CUSTOMER) if one.due]
    assert [(one.speaker, one.holder) for one in found] == [("Anna", Side.US), ("Tom", Side.CUSTOMER)]


def test_a_change_of_role_names_person_and_role(extractor: Extractor) -> None:
    found = said(extractor, "Lisa Ortiz took over as head of purchasing in January.")
    changed = next(one for one in found if one.kind is FactKind.ROLE_CHANGE)
    assert (changed.person, changed.role) == ("Lisa Ortiz", "head of purchasing")


def test_many_messages_at_once_give_what_each_gives_alone(extractor: Extractor) -> None:
    texts = ["We need a quieter pump.", "", "您好！", "The delivery was late again.", "我们需要更安静的泵。"]
    messages = [Message(text=text, at=AT, side=Side.CUSTOMER) for text in texts]
    together = list(extractor.extract(messages, careful=True))
    alone = [next(extractor.extract([message], careful=True)) for message in messages]
    assert [[(one.kind, one.text) for one in found] for found in together] == [
        [(one.kind, one.text) for one in found] for found in alone
    ]
    assert list(extractor.extract([])) == []


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_fail(extractor: Extractor, text: str) -> None:
    for one in said(extractor, text):
        assert 0 <= one.start < one.end <= len(text)
        assert 0 <= one.confidence <= 1


def test_being_careful_finds_no_other_facts_in_plain_words(extractor: Extractor) -> None:
    texts = [
        "We need a quieter pump that runs on 480 V.",
        "我周五前把平面图发给您。",
        "The delivery was late again and nobody told us.",
    ]
    messages = [Message(text=text, at=AT, side=Side.CUSTOMER) for text in texts]
    quick, careful = (list(extractor.extract(messages, careful=one)) for one in (False, True))
    assert [[one.kind for one in found] for found in quick] == [["need"], ["commitment"], ["complaint"]]
    assert [[one.kind for one in found] for found in careful] == [
        [one.kind for one in found] for found in quick
    ]
