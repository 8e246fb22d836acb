"""What people write about time means its days, in English and in Chinese (the cases: expressions_*.py)."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.extract.when import Sense, dates, due
from tests.ingest.extract import expressions_chinese as chinese
from tests.ingest.extract import expressions_english as english
from tests.ingest.extract.expressions import ON, obeys_the_laws, said

FRAMED = [(case, english.FRAMES) for case in english.TOLD] + [(case, chinese.FRAMES) for case in chinese.TOLD]
CHARACTERS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.characters()
IN_FRAMES = st.sampled_from(FRAMED).flatmap(
    lambda one: st.tuples(st.just(one[0][0]), st.sampled_from(one[1]))
)
WORDS = st.lists(st.sampled_from(english.WORDS.split()), max_size=12).map(" ".join) | st.lists(
    st.sampled_from(chinese.WORDS.split()), max_size=12
).map("".join)


@pytest.mark.parametrize(("text", "days"), english.ALONE + english.SENTENCES + chinese.SENTENCES)
def test_what_people_write_means_its_days(text: str, days: str) -> None:
    assert said(text) == days


@pytest.mark.parametrize(("case", "frames"), FRAMED)
def test_an_expression_means_the_same_within_a_sentence(case: tuple[str, str], frames: list[str]) -> None:
    text, days = case
    for frame in ["{}", *frames]:
        assert said(frame.format(text)) == days


@pytest.mark.parametrize("text", english.NONE + chinese.NONE)
def test_what_is_vague_or_no_day_means_none(text: str) -> None:
    assert said(text) == ""
    assert said(text, sense=Sense.BEHIND) == ""


@pytest.mark.parametrize(("text", "on", "days"), english.ON_OTHER_DAYS + chinese.ON_OTHER_DAYS)
def test_days_count_from_the_message(text: str, on: date, days: str) -> None:
    assert said(text, on) == days


@pytest.mark.parametrize(("text", "days"), english.BEHIND + chinese.BEHIND)
def test_what_happened_lies_behind(text: str, days: str) -> None:
    assert said(text, sense=Sense.BEHIND) == days


@pytest.mark.parametrize(("text", "day"), english.DUE + chinese.DUE)
def test_what_is_owed_is_due_on_the_last_day_of_the_first_expression_ahead(
    text: str, day: date | None
) -> None:
    assert due(text, ON) == day


def test_the_words_are_given_as_they_stand() -> None:
    text = "Call me on Friday (23 May) or\nin two weeks\u2019 time."
    assert [when.text for when in dates(text, ON)] == ["Friday (23 May", "in two weeks\u2019 time"]
    text = "我們下週五（５月２３日）到，或者 6 月 3 日。"
    assert [when.text for when in dates(text, ON)] == ["下週五（５月２３日", "6 月 3 日"]


@given(IN_FRAMES, st.dates())
def test_on_any_day_an_expression_means_the_same_within_a_sentence(framed: tuple[str, str], on: date) -> None:
    text, frame = framed
    assert said(frame.format(text), on) == said(text, on)


@given(st.text(max_size=60) | st.text(CHARACTERS, max_size=60), st.dates())
@example("in 999 years", date.max)
@example("999 years ago", date.min)
@example("next week, tomorrow, the day after tomorrow, 31 December", date.max)
@example("\u0130 on Friday", ON)
@example("999年后", date.max)
@example("999年前", date.min)
@example("下周，大后天，月底，下下个月", date.max)
@example("上上周，大前天，去年", date.min)
def test_any_text_obeys_the_laws(text: str, on: date) -> None:
    obeys_the_laws(text, on)


@given(WORDS, st.dates())
def test_any_words_of_time_obey_the_laws(text: str, on: date) -> None:
    obeys_the_laws(text, on)
