"""What closes a matter and what does not, in both languages."""

import pytest

from ingest.extract.candidates import FactKind
from ingest.resolve.changes import Close
from ingest.resolve.closings import ENDINGS, table
from ingest.resolve.standing import MATTERS, Closing
from tests.ingest.resolve.speaking import JILL, MENG, Talk

REQUEST, INCIDENT, COMMITMENT = FactKind.REQUEST, FactKind.INCIDENT, FactKind.COMMITMENT


def test_the_table_speaks_of_ways_kinds_and_reasons_that_exist() -> None:
    assert set(table()) == {str(one) for one in ENDINGS}
    for closes in table().values():
        assert set(closes) <= {str(one) for one in MATTERS}
        assert set(closes.values()) <= {str(one) for one in Closing}


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        (
            "the Ovenstar 20 leaks at the door",
            "The leak at the door of the Ovenstar 20 is fixed now, thank you.",
        ),
        ("大巾上一批脱边", "大巾脱边的问题已经解决了，谢谢。"),
    ],
)
def test_an_outcome_closes_the_incident(talk: Talk, fault: str, ending: str) -> None:
    talk.say(f"{fault}.", (INCIDENT, fault), by=JILL)
    talk.say(ending, by=JILL, on="2026-03-09")
    incident = talk.one(INCIDENT)
    assert (incident.status, incident.closing) == ("closed", Closing.RESOLVED)
    assert incident.closed_at is not None
    assert len(incident.evidence) == 1


@pytest.mark.parametrize(
    ("asked", "promised", "deed"),
    [
        (
            "Could you send me the new price list",
            "I'll send you the price list by Thursday",
            "Hi Jill, the new price list is attached.",
        ),
        ("新的价格表发我一份", "价格表周四发给您", "您好，价格表在附件里，请查收。"),
    ],
)
def test_a_deed_answers_the_request_and_keeps_the_promise(
    talk: Talk, asked: str, promised: str, deed: str
) -> None:
    talk.say(f"{asked}?", (REQUEST, asked), by=JILL)
    talk.say(f"{promised}.", (COMMITMENT, promised), to=JILL)
    talk.say(deed, to=JILL, on="2026-03-05")
    assert talk.one(REQUEST).closing is Closing.ANSWERED
    assert talk.one(COMMITMENT).closing is Closing.KEPT


@pytest.mark.parametrize(
    "said",
    [
        "Is the leak at the door of the Ovenstar 20 fixed?",
        "The leak at the door of the Ovenstar 20 is still not fixed.",
        "The leak at the door of the Ovenstar 20 will be fixed next week.",
        "Thanks and best regards",
        "The leak of the Ovenstar 200 is fixed now.",
        "The invoice has been paid.",
    ],
)
def test_a_question_a_plan_or_another_thing_closes_nothing(talk: Talk, said: str) -> None:
    fault = "the Ovenstar 20 leaks at the door"
    talk.say(f"{fault}.", (INCIDENT, fault), by=JILL)
    changes = talk.say(said, by=JILL, on="2026-03-09")
    assert not any(isinstance(one, Close) for one in changes)


@pytest.mark.parametrize(
    "said",
    ["大巾脱边的问题解决了吗？", "大巾脱边的问题还没解决", "小巾脱边的问题已经解决了", "谢谢，祝好"],
)
def test_in_chinese_too(talk: Talk, said: str) -> None:
    talk.say("大巾上一批脱边。", (INCIDENT, "大巾上一批脱边"), by=MENG)
    changes = talk.say(said, by=MENG, on="2026-03-09")
    assert not any(isinstance(one, Close) for one in changes)


def test_another_customers_outcome_closes_nothing(talk: Talk) -> None:
    fault = "the Ovenstar 20 leaks at the door"
    talk.say(f"{fault}.", (INCIDENT, fault), by=JILL)
    talk.say("The leak at the door of the Ovenstar 20 is fixed now.", by="rosa@mail.example")
    assert talk.one(INCIDENT).is_open


def test_a_broken_promise_stays_open(talk: Talk) -> None:
    promise = "I'll send you the price list by Thursday"
    talk.say(f"{promise}.", (COMMITMENT, promise), to=JILL)
    talk.say("You said Thursday for the price list and nothing came.", by=JILL, on="2026-03-09")
    assert talk.one(COMMITMENT).is_open


@pytest.mark.parametrize(
    ("asked", "off"),
    [
        (
            "Please send us a sample of the DoughMaster prover",
            "We no longer need the sample of the prover, forget it.",
        ),
        ("请寄一份小巾的样品", "小巾的样品不用寄了，取消吧。"),
    ],
)
def test_what_is_called_off_is_withdrawn(talk: Talk, asked: str, off: str) -> None:
    talk.say(f"{asked}.", (REQUEST, asked), by=JILL)
    talk.say(off, by=JILL, on="2026-03-09")
    assert talk.one(REQUEST).closing is Closing.WITHDRAWN
