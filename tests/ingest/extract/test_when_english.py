"""English expressions of time: what people write, and the days they mean, said on a Wednesday in May."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.extract.when import Sense, dates, due
from tests.ingest.extract.expressions import ON, obeys_the_laws, said

WEEKDAYS = [
    ("by Friday", "2025-05-16"),
    ("by Fri.", "2025-05-16"),
    ("by fri", "2025-05-16"),
    ("on Wednesday", "2025-05-21"),
    ("Thursday at the latest", "2025-05-15"),
    ("no later than Thursday", "2025-05-15"),
    ("until Thurs", "2025-05-15"),
    ("Tues morning", "2025-05-20"),
    ("before Weds", "2025-05-21"),
    ("on Sat", "2025-05-17"),
    ("by sun", "2025-05-18"),
    ("Sat 10:30", "2025-05-17"),
    ("this Friday", "2025-05-16"),
    ("this Monday", "2025-05-12"),
    ("next Friday", "2025-05-23"),
    ("next Monday", "2025-05-19"),
    ("the coming Monday", "2025-05-19"),
    ("this coming Thursday", "2025-05-15"),
    ("the following Friday", "2025-05-16"),
    ("last Friday", "2025-05-09"),
    ("this past Monday", "2025-05-12"),
    ("Friday next week", "2025-05-23"),
    ("Tuesday of next week", "2025-05-20"),
    ("Monday this week", "2025-05-12"),
    ("next week Thursday", "2025-05-22"),
    ("next week on Monday", "2025-05-19"),
    ("last week, Friday", "2025-05-09"),
    ("the Friday after next", "2025-05-30"),
    ("Monday the week after next", "2025-05-26"),
    ("a week on Friday", "2025-05-23"),
    ("Friday week", "2025-05-23"),
    ("a fortnight on Monday", "2025-06-02"),
    ("two weeks from Monday", "2025-06-02"),
    ("Monday fortnight", "2025-06-02"),
    ("Friday in two weeks", "2025-05-30"),
    ("in two weeks on Friday", "2025-05-30"),
    ("a week ago Monday", "2025-05-05"),
    ("Monday the 2nd", "2025-06-02"),
    ("Thursday the 3rd", "2025-07-03"),
    ("Monday the 3rd", "2025-06-03"),
    ("Friday, 16th", "2025-05-16"),
    ("Friday's delivery", "2025-05-16"),
    ("first thing Monday", "2025-05-19"),
    ("EOD Friday", "2025-05-16"),
    ("Friday EOD", "2025-05-16"),
    ("close of business on Friday", "2025-05-16"),
    ("by the end of the day on Monday", "2025-05-19"),
]

RANGES = [
    ("Monday to Wednesday", "2025-05-19/2025-05-21"),
    ("from Monday until Friday", "2025-05-19/2025-05-23"),
    ("between Tuesday and Thursday", "2025-05-20/2025-05-22"),
    ("Mon-Wed", "2025-05-19/2025-05-21"),
    ("Thu–Fri", "2025-05-15/2025-05-16"),
    ("next Tuesday to Thursday", "2025-05-20/2025-05-22"),
    ("Tuesday to Thursday next week", "2025-05-20/2025-05-22"),
    ("Friday to Monday of next week", "2025-05-16/2025-05-19"),
    ("Monday and Wednesday", "2025-05-19 2025-05-21"),
    ("Thursday or Friday next week", "2025-05-22 2025-05-23"),
    ("next Monday, Wednesday and Friday", "2025-05-19 2025-05-21 2025-05-23"),
    ("tomorrow or Monday", "2025-05-15 2025-05-19"),
    ("from tomorrow to Friday", "2025-05-15/2025-05-16"),
    ("3-5 June", "2025-06-03/2025-06-05"),
    ("3 to 5 June 2026", "2026-06-03/2026-06-05"),
    ("3rd–5th of June", "2025-06-03/2025-06-05"),
    ("from 28 to 3 June", "2025-05-28/2025-06-03"),
    ("between 3 and 5 June", "2025-06-03/2025-06-05"),
    ("June 3-5", "2025-06-03/2025-06-05"),
    ("June 3rd to 5th, 2026", "2026-06-03/2026-06-05"),
    ("May 28 to June 3", "2025-05-28/2025-06-03"),
    ("28 December to 3 January", "2025-12-28/2026-01-03"),
    ("from 12 May until 20 May", "2025-05-12/2025-05-20"),
    ("on 3 and 5 June", "2025-06-03 2025-06-05"),
    ("on 3, 5 and 7 June", "2025-06-03 2025-06-05 2025-06-07"),
    ("June 3 and 5", "2025-06-03 2025-06-05"),
    ("June 3, 5 and 7", "2025-06-03 2025-06-05 2025-06-07"),
    ("the 3rd and 5th of June", "2025-06-03 2025-06-05"),
    ("3 June or 5 July", "2025-06-03 2025-07-05"),
    ("the 3rd to the 5th", "2025-06-03/2025-06-05"),
    ("from 3/6 to 5/6", "2025-06-03/2025-06-05"),
    ("03.06.-05.06.", "2025-06-03/2025-06-05"),
    ("2025-06-03 to 2025-06-05", "2025-06-03/2025-06-05"),
    ("03.06.-05.06.2025", "2025-06-03/2025-06-05"),
    ("on 3.6. and 5.6.", "2025-06-03 2025-06-05"),
    ("from week 23 to week 24", "2025-06-02/2025-06-13"),
]

CALENDAR = [
    ("3 May", "2026-05-03"),
    ("14 May", "2025-05-14"),
    ("3 June", "2025-06-03"),
    ("3rd of June", "2025-06-03"),
    ("the 3rd of June", "2025-06-03"),
    ("the third of June", "2025-06-03"),
    ("June 3rd", "2025-06-03"),
    ("june 3", "2025-06-03"),
    ("by 5 may", "2026-05-05"),
    ("the 21st of may", "2025-05-21"),
    ("on march 3", "2026-03-03"),
    ("Sept. 5", "2025-09-05"),
    ("3 June 2026", "2026-06-03"),
    ("June 3, 2026", "2026-06-03"),
    ("3 June '26", "2026-06-03"),
    ("3-Jun-26", "2026-06-03"),
    ("3 March next year", "2026-03-03"),
    ("March 3rd of this year", "2025-03-03"),
    ("29 February", "2028-02-29"),
    ("Tuesday, 3 June", "2025-06-03"),
    ("Tuesday the 3rd of June", "2025-06-03"),
    ("Friday (23 May)", "2025-05-23"),
    ("next Friday, 23 May", "2025-05-23"),
    ("23 May (Friday)", "2025-05-23"),
    ("Tue., June 3", "2025-06-03"),
    ("May 20 10:30", "2025-05-20"),
    ("the week of 9 June", "2025-06-09/2025-06-13"),
    ("w/c June 9", "2025-06-09/2025-06-13"),
    ("week ending 13 June", "2025-06-13"),
    ("2025-06-03", "2025-06-03"),
    ("2025/6/3", "2025-06-03"),
    ("2025-06-03T10:30:00Z", "2025-06-03"),
    ("3/6/2025", "2025-06-03"),
    ("13/6/25", "2025-06-13"),
    ("6/13/2025", "2025-06-13"),
    ("03.06.2025", "2025-06-03"),
    ("by 03.06.", "2025-06-03"),
    ("by 5/6", "2025-06-05"),
    ("before 6/13", "2025-06-13"),
    ("the 25th", "2025-05-25"),
    ("by the 3rd", "2025-06-03"),
    ("on 21st", "2025-05-21"),
    ("the 3rd of next month", "2025-06-03"),
    ("the first of next month", "2025-06-01"),
    ("next month on the 5th", "2025-06-05"),
    ("on the 20th of this month", "2025-05-20"),
    ("by the 10th of the month", "2025-06-10"),
]

NEAR = [
    ("today", "2025-05-14"),
    ("by tonight", "2025-05-14"),
    ("later today", "2025-05-14"),
    ("this afternoon", "2025-05-14"),
    ("tomorrow", "2025-05-15"),
    ("first thing tomorrow", "2025-05-15"),
    ("tomorow morning", "2025-05-15"),
    ("tomorrow (Thursday)", "2025-05-15"),
    ("first thing in the morning", "2025-05-15"),
    ("tmrw", "2025-05-15"),
    ("the day after tomorrow", "2025-05-16"),
    ("yesterday", "2025-05-13"),
    ("last night", "2025-05-13"),
    ("the day before yesterday", "2025-05-12"),
    ("by the end of the day", "2025-05-14"),
    ("end of business today", "2025-05-14"),
    ("by EOD", "2025-05-14"),
    ("by COB", "2025-05-14"),
    ("by close of play", "2025-05-14"),
    ("EOD tomorrow", "2025-05-15"),
    ("the next working day", "2025-05-15"),
]

DISTANCES = [
    ("in three days", "2025-05-17"),
    ("within two weeks", "2025-05-28"),
    ("within the next two weeks", "2025-05-28"),
    ("in about 10 days", "2025-05-24"),
    ("in two weeks' time", "2025-05-28"),
    ("in a week's time", "2025-05-21"),
    ("two weeks from now", "2025-05-28"),
    ("a week from today", "2025-05-21"),
    ("a week from tomorrow", "2025-05-22"),
    ("a week tomorrow", "2025-05-22"),
    ("today week", "2025-05-21"),
    ("in a fortnight", "2025-05-28"),
    ("in a couple of days", "2025-05-16"),
    ("in a day or two", "2025-05-16"),
    ("in a week or two", "2025-05-28"),
    ("in a week or so", "2025-05-21"),
    ("in 2-3 days", "2025-05-17"),
    ("within two to three weeks", "2025-06-04"),
    ("within 5 working days", "2025-05-21"),
    ("in 10 business days", "2025-05-28"),
    ("within 24 hours", "2025-05-15"),
    ("within 48h", "2025-05-16"),
    ("in forty-eight hours", "2025-05-16"),
    ("in half an hour", "2025-05-14"),
    ("in a month", "2025-06-14"),
    ("in half a year", "2025-11-14"),
    ("in one and a half months", "2025-06-29"),
    ("in a year and a half", "2026-11-14"),
    ("in the next month", "2025-06-14"),
    ("over the next week", "2025-05-21"),
    ("within the week", "2025-05-16"),
    ("within the hour", "2025-05-14"),
    ("this time next week", "2025-05-21"),
    ("no later than two weeks from now", "2025-05-28"),
    ("two weeks ago", "2025-04-30"),
    ("3 days ago", "2025-05-11"),
    ("a month ago", "2025-04-14"),
    ("half a year ago", "2024-11-14"),
    ("two weeks back", "2025-04-30"),
]

PERIODS = [
    ("this week", "2025-05-12/2025-05-16"),
    ("next week", "2025-05-19/2025-05-23"),
    ("later next week", "2025-05-19/2025-05-23"),
    ("the week after next", "2025-05-26/2025-05-30"),
    ("last week", "2025-05-05/2025-05-09"),
    ("this month", "2025-05-01/2025-05-31"),
    ("next month", "2025-06-01/2025-06-30"),
    ("the month after next", "2025-07-01/2025-07-31"),
    ("next quarter", "2025-07-01/2025-09-30"),
    ("next year", "2026-01-01/2026-12-31"),
    ("over the weekend", "2025-05-17/2025-05-18"),
    ("next weekend", "2025-05-24/2025-05-25"),
    ("by the weekend", "2025-05-16"),
    ("before next weekend", "2025-05-23"),
    ("after the weekend", "2025-05-19"),
    ("end of the week", "2025-05-16"),
    ("by the end of next week", "2025-05-23"),
    ("early next week", "2025-05-19"),
    ("at the beginning of next week", "2025-05-19"),
    ("mid next week", "2025-05-21"),
    ("late next week", "2025-05-23"),
    ("midweek", "2025-05-14"),
    ("EOW", "2025-05-16"),
    ("by the end of the month", "2025-05-31"),
    ("end of next month", "2025-06-30"),
    ("by month-end", "2025-05-31"),
    ("mid-month", "2025-05-15"),
    ("early June", "2025-06-05"),
    ("in mid-June", "2025-06-15"),
    ("late in June", "2025-06-25"),
    ("the end of May", "2025-05-31"),
    ("end of may", "2025-05-31"),
    ("end of February 2026", "2026-02-28"),
    ("the first half of June", "2025-06-01/2025-06-15"),
    ("end of the quarter", "2025-06-30"),
    ("end of Q3", "2025-09-30"),
    ("the end of the third quarter", "2025-09-30"),
    ("end of Q1", "2026-03-31"),
    ("early Q4", "2025-10-05"),
    ("end of Q3 2026", "2026-09-30"),
    ("the first half of 2026", "2026-01-01/2026-06-30"),
    ("by the end of H1", "2025-06-30"),
    ("by the end of the year", "2025-12-31"),
    ("by year-end", "2025-12-31"),
    ("by the end of next year", "2026-12-31"),
    ("early 2026", "2026-01-05"),
    ("mid-2026", "2026-06-30"),
    ("EOM", "2025-05-31"),
    ("the last Friday of the month", "2025-05-30"),
    ("the first Monday in June", "2025-06-02"),
    ("the first working day of next month", "2025-06-02"),
    ("the last day of June", "2025-06-30"),
    ("the last week of June", "2025-06-24/2025-06-30"),
    ("the first week of June", "2025-06-01/2025-06-07"),
    ("calendar week 23", "2025-06-02/2025-06-06"),
    ("in week 20", "2025-05-12/2025-05-16"),
    ("CW23", "2025-06-02/2025-06-06"),
    ("2025-W23", "2025-06-02/2025-06-06"),
    ("end of next wk", "2025-05-23"),
    ("the end of the working week", "2025-05-16"),
]

NONE = [
    "",
    "soon",
    "as soon as possible",
    "in a few days",
    "in the coming weeks",
    "one of these days",
    "May 2025",
    "in May",
    "next May",
    "in May next year",
    "it may take a while",
    "unit 5 may need a new seal",
    "of the 40 units 10 may be broken",
    "it may 5 times out of ten fail",
    "we march on",
    "Sat with the team and talked it over.",
    "they sat down in the sun",
    "we wed the two systems",
    "the Sun wrote about it",
    "5/6 of the units",
    "5/6 of the units arrived",
    "we are open 24/7",
    "it grew by 1/3 of the volume",
    "version 3.2.1",
    "version 3.2.10",
    "firmware 12.10.24",
    "part no. 10-12-24",
    "AB-12-05-25",
    "call 06-12-34-56-78",
    "call 020 7946 0958",
    "192.168.1.10",
    "it costs € 12.05.",
    "It costs 3.05.",
    "at 10:30",
    "by 5 pm",
    "between 9 and 5",
    "every Wednesday",
    "every Monday and Wednesday",
    "each Friday",
    "every other Tuesday",
    "on Mondays",
    "on Friday mornings",
    "Mondays to Fridays",
    "twice a week on Friday",
    "the 5th of every month",
    "every 3 May",
    "every month end",
    "each month by the 5th",
    "monthly on the 5th",
    "daily by EOD",
    "the second Tuesday of each month",
    "every two weeks",
    "per week",
    "Good Friday",
    "Black Friday",
    "the 3rd machine",
    "on the 5th floor",
    "the 1st and 2nd attempt",
    "for the 2nd time",
    "31 April 2026",
    "30 February",
    "within 30 days of receipt",
    "within two weeks after delivery",
    "two weeks' notice",
    "it takes three weeks",
    "two weeks late",
    "in the last week",
    "over the past two months",
    "for the last three weeks",
    "the first two weeks",
    "at the end of the day it is about the price",
    "Replace it in 3D.",
    "Q3",
    "the year",
    "the month of May",
]

# Told by standing alone; in a sentence they are numbers like others.
ALONE = [("03.06.", "2025-06-03"), ("5/6", "2025-06-05"), ("Sat", "2025-05-17"), ("5 may", "2026-05-05")]

# Said on other days: on a Friday, at a weekend, at the end of a month and of a year.
ON_OTHER_DAYS = [
    ("by Friday", date(2025, 5, 16), "2025-05-23"),
    ("this Friday", date(2025, 5, 16), "2025-05-16"),
    ("next Friday", date(2025, 5, 16), "2025-05-23"),
    ("16 May", date(2025, 5, 16), "2025-05-16"),
    ("today, Friday", date(2025, 5, 16), "2025-05-16"),
    ("end of the week", date(2025, 5, 16), "2025-05-16"),
    ("end of the week", date(2025, 5, 17), "2025-05-18"),
    ("this week", date(2025, 5, 18), "2025-05-12/2025-05-18"),
    ("next week", date(2025, 5, 18), "2025-05-19/2025-05-23"),
    ("over the weekend", date(2025, 5, 18), "2025-05-17/2025-05-18"),
    ("by the weekend", date(2025, 5, 15), "2025-05-16"),
    ("the beginning of the week", date(2025, 5, 14), "2025-05-19"),
    ("midweek", date(2025, 5, 15), "2025-05-21"),
    ("mid-month", date(2025, 5, 16), "2025-06-15"),
    ("the end of the month", date(2025, 5, 31), "2025-05-31"),
    ("in a month", date(2025, 1, 31), "2025-02-28"),
    ("next month", date(2025, 12, 31), "2026-01-01/2026-01-31"),
    ("the 31st", date(2025, 6, 1), "2025-07-31"),
    ("within 3 working days", date(2025, 5, 16), "2025-05-21"),
    ("tomorrow", date(2025, 12, 31), "2026-01-01"),
    ("2 January", date(2025, 12, 31), "2026-01-02"),
    ("28 December to 3 January", date(2026, 1, 1), "2025-12-28/2026-01-03"),
    ("3-5 May", date(2025, 5, 4), "2025-05-03/2025-05-05"),
    ("the end of Q1", date(2025, 3, 31), "2025-03-31"),
    ("in week 1", date(2025, 12, 20), "2025-12-29/2026-01-02"),
]

BEHIND = [
    ("on Monday", "2025-05-12"),
    ("on Wednesday", "2025-05-07"),
    ("last Friday", "2025-05-09"),
    ("3 June", "2024-06-03"),
    ("14 May", "2025-05-14"),
    ("on the 20th", "2025-04-20"),
    ("the delivery on the 3rd was late", "2025-05-03"),
    ("on 3/6", "2024-06-03"),
    ("3 June 2026", "2026-06-03"),
    ("early May", "2025-05-05"),
    ("the end of May", "2024-05-31"),
    ("at the end of the month", "2025-04-30"),
    ("over the weekend", "2025-05-10/2025-05-11"),
    ("the last Friday of the month", "2025-04-25"),
    ("Monday to Wednesday", "2025-05-12/2025-05-14"),
    ("on 3 and 5 May", "2025-05-03 2025-05-05"),
    ("yesterday", "2025-05-13"),
    ("two weeks ago", "2025-04-30"),
    ("it was fixed in two days", ""),
    ("it leaked after two weeks", ""),
    ("we had three failures within a month", ""),
]

SENTENCES = [
    ("We'll send the signed offer by Friday.", "2025-05-16"),
    ("I'll send it by Thursday, 15 May at the latest.", "2025-05-15"),
    ("Could we meet Tuesday or Thursday next week at 10:30?", "2025-05-20 2025-05-22"),
    ("The invoice dated 3 May 2025 is due on 2 June.", "2025-05-03 2025-06-02"),
    ("The machine has been down since Monday, please come tomorrow.", "2025-05-12 2025-05-15"),
    ("Nobody has called since 4 March.", "2025-03-04"),
    ("By the end of next week I should know more.", "2025-05-23"),
    ("I'll call you after two weeks of testing.", ""),
    ("I'll call you back after two weeks.", "2025-05-28"),
    ("I'll call you in ten minutes.", "2025-05-14"),
    ("Kev had it running in ten minutes.", ""),
    ("The contract ends in June.", ""),
    ("It works on a par with last year's model.", ""),
    ("We hand in a report by end of day and do the test by July 26.", "2025-05-14 2025-07-26"),
    ("See you Mon., 19 May", "2025-05-19"),
    ("On May 3, 10 units will ship.", "2026-05-03"),
    ("Prices go up on June 1.", "2025-06-01"),
    ("I am away 20 December to 6 January.", "2025-12-20/2026-01-06"),
    ("Handover of tower B, 30.11., with Mr Osei", "2025-11-30"),
    ("Weekly call, Mon 3/16", "2026-03-16"),
    ("Please reply by 周五 or by\u00a0Monday.", "2025-05-16 2025-05-19"),
    ("EOD前 please", "2025-05-14"),
]

DUE = [
    ("We'll send it by Friday.", date(2025, 5, 16)),
    ("We'll send it next week.", date(2025, 5, 23)),
    ("You promised to call back today.", ON),
    ("As agreed yesterday, you get it within two weeks.", date(2025, 5, 28)),
    ("We'll send it next month.", date(2025, 6, 30)),
    ("We'll do it on 3 and 5 June.", date(2025, 6, 3)),
    ("We'll do it from 3 to 5 June.", date(2025, 6, 5)),
    ("We'll do it as soon as possible.", None),
    ("We did it last week.", None),
    ("We call every Monday.", None),
    ("The order of 3 March 2025 was late.", None),
]

TOLD = [*WEEKDAYS, *RANGES, *CALENDAR, *NEAR, *DISTANCES, *PERIODS]
FRAMES = [
    "{}",
    "We will look into it {} if nothing else comes up.",
    "{}, please.",
    "Hi Tom, {}!",
    "(until now: {})",
]
WORDS = (
    "a an the of on by in at to and or from until next last this coming following every each since within"
    " after ago day days week weeks month months quarter year fortnight weekend working business hours end"
    " early mid beginning first second 3rd 15th 31st half couple two ten 48 3 5 30 2025 20 '26 May may March"
    " june Sat sat Mon Friday Wednesday tomorrow today yesterday EOD Q3 H1 5/6 03.05. 2025-05-03 31/12/2025"
    " - / , . ( ) : % version week's time"
)


@pytest.mark.parametrize(("text", "days"), TOLD + ALONE + SENTENCES)
def test_what_people_write_means_its_days(text: str, days: str) -> None:
    assert said(text) == days


@pytest.mark.parametrize(("text", "days"), TOLD)
def test_an_expression_means_the_same_within_a_sentence(text: str, days: str) -> None:
    for frame in FRAMES:
        assert said(frame.format(text)) == days


@pytest.mark.parametrize("text", NONE)
def test_what_is_vague_or_no_day_means_none(text: str) -> None:
    assert said(text) == ""
    assert said(text, sense=Sense.BEHIND) == ""


@pytest.mark.parametrize(("text", "on", "days"), ON_OTHER_DAYS)
def test_days_count_from_the_message(text: str, on: date, days: str) -> None:
    assert said(text, on) == days


@pytest.mark.parametrize(("text", "days"), BEHIND)
def test_what_happened_lies_behind(text: str, days: str) -> None:
    assert said(text, sense=Sense.BEHIND) == days


@pytest.mark.parametrize(("text", "day"), DUE)
def test_what_is_owed_is_due_on_the_last_day_of_the_first_expression_ahead(
    text: str, day: date | None
) -> None:
    assert due(text, ON) == day


def test_the_words_are_given_as_they_stand() -> None:
    text = "Call me on Friday (23 May) or\nin two weeks\u2019 time."
    assert [when.text for when in dates(text, ON)] == ["Friday (23 May", "in two weeks\u2019 time"]


@given(st.sampled_from(TOLD), st.sampled_from(FRAMES), st.dates())
def test_on_any_day_an_expression_means_the_same_within_a_sentence(
    case: tuple[str, str], frame: str, on: date
) -> None:
    assert said(frame.format(case[0]), on) == said(case[0], on)


@given(st.text(max_size=60), st.dates())
@example("in 999 years", date.max)
@example("999 years ago", date.min)
@example("next week, tomorrow, the day after tomorrow, 31 December", date.max)
@example("\u0130 on Friday", ON)
def test_any_text_obeys_the_laws(text: str, on: date) -> None:
    obeys_the_laws(text, on)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join), st.dates())
def test_any_words_of_time_obey_the_laws(text: str, on: date) -> None:
    obeys_the_laws(text, on)
