"""From messages to what stands: whose it is, what it is about, what is the same, in both languages."""

import pytest

from ingest.extract.candidates import FactKind
from ingest.resolve.changes import Amend, Begin, Doubt, Reason, Support
from ingest.resolve.resolver import Resolver
from tests.ingest.resolve.speaking import JILL, MENG, OWEN, ROSA, Talk, day

NEED, REQUEST, INCIDENT = FactKind.NEED, FactKind.REQUEST, FactKind.INCIDENT
COMPLAINT, PREFERENCE, COMMITMENT = FactKind.COMPLAINT, FactKind.PREFERENCE, FactKind.COMMITMENT


def test_a_need_said_again_is_one_fact_with_both_quotes(talk: Talk) -> None:
    talk.say("We need 24 Ovenstar 20 before Easter.", (NEED, "We need 24 Ovenstar 20 before Easter"), by=JILL)
    (change,) = talk.say(
        "We still need the two dozen Ovenstar 20 for Easter.",
        (NEED, "We still need the two dozen Ovenstar 20 for Easter"),
        by=OWEN,
        on="2026-03-09",
    )
    assert isinstance(change, Support)
    need = talk.one(NEED)
    assert (need.subject, need.about, need.status) == ("customer:north", "product:s20", None)
    assert [one.interaction for one in need.evidence] == ["mail:1", "mail:2"]
    assert need.confidence > 0.9


def test_a_need_said_again_in_chinese_is_one_fact(talk: Talk) -> None:
    talk.say("五一前我们缺大巾，要三百条。", (NEED, "五一前我们缺大巾，要三百条"), by=MENG)
    talk.say("大巾还是要三百条，五一前。", (NEED, "大巾还是要三百条，五一前"), by=MENG, on="2026-03-09")
    assert [one.interaction for one in talk.one(NEED).evidence] == ["mail:1", "mail:2"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("We need 24 Ovenstar 20", "We need 24 Ovenstar 200"),
        ("我们要三百条大巾", "我们要三百条小巾"),
    ],
)
def test_needs_of_two_products_are_two(talk: Talk, first: str, second: str) -> None:
    talk.say(f"{first}.", (NEED, first), by=JILL)
    talk.say(f"{second}.", (NEED, second), by=JILL)
    assert len(talk.of(NEED)) == 2


def test_the_same_words_of_two_customers_are_two(talk: Talk) -> None:
    talk.say("We need 24 Ovenstar 20.", (NEED, "We need 24 Ovenstar 20"), by=JILL)
    talk.say("We need 24 Ovenstar 20.", (NEED, "We need 24 Ovenstar 20"), by=ROSA)
    assert [one.subject for one in talk.of(NEED)] == ["customer:north", "customer:south"]


def test_the_subject_of_what_we_promise_is_the_customer_we_write_to(talk: Talk) -> None:
    talk.say("I'll send the list by Friday.", (COMMITMENT, "I'll send the list by Friday"), to=ROSA)
    assert talk.one(COMMITMENT).subject == "customer:south"


def test_a_customer_is_never_made_of_a_name(talk: Talk) -> None:
    (change,) = talk.say("Brightwater needs two.", (NEED, "Brightwater needs two"), thread=None)
    assert isinstance(change, Doubt)
    assert change.reason is Reason.UNKNOWN_SUBJECT
    assert talk.standing == []


def test_an_ambiguous_speaker_goes_to_review(talk: Talk, resolver: Resolver) -> None:
    text = "Northgate or Northgold, one of the two, wants mornings only."
    (change,) = talk.say(text, (NEED, "wants mornings only"), thread=None)
    assert isinstance(change, Begin | Doubt)
    (change,) = talk.say("We want it.", (NEED, "We want it"), thread=None)
    assert isinstance(change, Doubt)


def test_an_incident_is_about_the_machine_named_before(talk: Talk) -> None:
    text = "About the Ovenstar 200: the machine trips every morning."
    talk.say(text, (INCIDENT, "the machine trips every morning"), by=JILL)
    assert talk.one(INCIDENT).about == "product:s200"


def test_a_preference_is_about_no_product(talk: Talk) -> None:
    text = "The Ovenstar 20 is fine. Please e-mail me rather than call."
    talk.say(text, (PREFERENCE, "Please e-mail me rather than call"), by=JILL)
    assert (talk.one(PREFERENCE).subject, talk.one(PREFERENCE).about) == ("contact:jill", None)


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        ("Please e-mail me rather than call", "Text me instead of e-mailing", "text"),
        ("Please call me", "Write to me by e-mail, not by phone", "email"),
        ("Please call me", "Text not call until Labor Day please", "text"),
        ("Mornings before 9 work best for calls", "afternoons after 3 please", "afternoons after 3"),
        ("有事请打我电话", "以后别打电话，微信留言就行", "微信"),
        ("请上午联系我", "以后只在下午两点以后联系我", "下午两点以后"),
    ],
)
def test_a_newer_preference_takes_the_place_of_the_older(
    talk: Talk, first: str, second: str, value: str
) -> None:
    talk.say(f"{first}.", (PREFERENCE, first), by=JILL)
    (change,) = talk.say(f"{second}.", (PREFERENCE, second), by=JILL, on="2026-03-20")
    assert isinstance(change, Begin)
    assert change.ends == (talk.standing[0].statement,)
    assert talk.one(PREFERENCE).value == value
    assert talk.standing[0].ended_at is not None


def test_the_preferences_of_two_people_stand_beside_each_other(talk: Talk) -> None:
    talk.say("Please e-mail me.", (PREFERENCE, "Please e-mail me"), by=JILL)
    talk.say("Please call me.", (PREFERENCE, "Please call me"), by=OWEN)
    assert [(one.subject, one.value) for one in talk.of(PREFERENCE)] == [
        ("contact:jill", "email"),
        ("contact:owen", "phone"),
    ]


@pytest.mark.parametrize(
    ("promise", "moved", "due"),
    [
        (
            "I'll send you the quote for the Ovenstar 20 by Thursday",
            "The quote for the Ovenstar 20 is delayed, I'll send it by 20 March instead",
            "2026-03-20",
        ),
        ("大巾的报价单我周四发给您", "大巾的报价单要推迟到 3 月 20 日发给您", "2026-03-20"),
    ],
)
def test_a_moved_day_amends_the_promise(talk: Talk, promise: str, moved: str, due: str) -> None:
    talk.say(f"{promise}.", (COMMITMENT, promise), to=JILL)
    changes = talk.say(f"{moved}.", (COMMITMENT, moved), to=JILL, on="2026-03-04")
    assert [type(one) for one in changes] == [Amend]
    promised = talk.one(COMMITMENT)
    assert (promised.due, promised.status, len(promised.evidence)) == (day(due), "open", 2)


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("Owen signs everything off here", "Owen Marsh"),
        ("Dr Helen Crewe has the final say", "Dr Helen Crewe"),
        ("From now on I decide what we order", "Jill Marsh"),
        ("From November I shall be deciding the list myself", "Jill Marsh"),
        ("Money is approved by my partner Gus Marsh", "Gus Marsh"),
        ("价格最后要我们孙厂长点头", "孙厂长"),
    ],
)
def test_who_decides_is_named_as_known_or_as_written(talk: Talk, said: str, who: str) -> None:
    talk.say(f"{said}.", (FactKind.DECISION_MAKER, said), by=JILL)
    decides = talk.one(FactKind.DECISION_MAKER)
    assert (decides.subject, decides.value) == ("customer:north", who)


def test_a_repetition_that_names_the_product_completes_the_fact(talk: Talk) -> None:
    first = "We need 24 ovens with brakes before Easter"
    second = "As said, we need 24 Ovenstar 20 ovens with brakes before Easter"
    talk.say(f"{first}.", (NEED, first), by=JILL)
    talk.say(f"{second}.", (NEED, second), by=JILL, on="2026-03-09")
    assert talk.one(NEED).about == "product:s20"


def test_an_unknown_person_in_a_role_change_goes_to_review(talk: Talk) -> None:
    text = "Peter Ellery takes over purchasing in May."
    message = (FactKind.ROLE_CHANGE, "Peter Ellery takes over purchasing in May")
    (change,) = talk.say(text, message, by=JILL)
    assert isinstance(change, Doubt)
    assert change.reason is Reason.UNKNOWN_PERSON


def test_the_same_input_gives_the_same_changes(resolver: Resolver) -> None:
    def run() -> list[object]:
        talk = Talk(resolver)
        talk.say("We need 24 Ovenstar 20.", (NEED, "We need 24 Ovenstar 20"), by=JILL)
        talk.say("Ovenstar 20: 24, as said.", (NEED, "Ovenstar 20: 24, as said"), by=OWEN)
        return list(talk.changes)

    assert run() == run()
