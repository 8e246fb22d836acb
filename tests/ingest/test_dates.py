"""Dates: every way of writing one, and files that must be asked about."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import Calendar, day_order, parse_date
from kb.model.moment import to_millis

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31))
DUTCH = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2010-12-01 08:26:00", datetime(2010, 12, 1, 8, 26)),
        ("2010-12-01T08:26:00.123Z", datetime(2010, 12, 1, 8, 26, 0, 123_000, UTC)),
        ("2010-12-01T08:26+01:00", datetime(2010, 12, 1, 8, 26, tzinfo=timezone(timedelta(hours=1)))),
        ("2024/10/10 09:10", datetime(2024, 10, 10, 9, 10)),
        ("2024.1.5", datetime(2024, 1, 5)),
        ("20240305", datetime(2024, 3, 5)),
        ("20240305T140506Z", datetime(2024, 3, 5, 14, 5, 6, tzinfo=UTC)),
        ("5 Mar 2024", datetime(2024, 3, 5)),
        ("5-Mar-24", datetime(2024, 3, 5)),
        ("March 5th, 2024 2:05 pm", datetime(2024, 3, 5, 14, 5)),
        ("Fri, 5 Mar 2024", datetime(2024, 3, 5)),
        ("5. März 2024 14:05 Uhr", datetime(2024, 3, 5, 14, 5)),
        ("5 mrt 2024 14:05 uur", datetime(2024, 3, 5, 14, 5)),
        ("2024年3月5日", datetime(2024, 3, 5)),
        ("2024年3月5日14:05", datetime(2024, 3, 5, 14, 5)),
        ("2024年3月5日 下午2点05分", datetime(2024, 3, 5, 14, 5)),
        ("２０２４-０３-０５", datetime(2024, 3, 5)),
        ("45356", datetime(2024, 3, 5)),
        ("45356.5", datetime(2024, 3, 5, 12)),
        ("2024-01-01 12:30 AM", datetime(2024, 1, 1, 0, 30)),
        ("2024-01-01 12:30 PM", datetime(2024, 1, 1, 12, 30)),
    ],
)
def test_dates_that_need_no_order(text: str, moment: datetime) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "2024-13-01",
        "2024-02-30",
        "2025/13/07",
        "31/31/2024",
        "1899-01-01",
        "0001-01-01",
        "12:30",
        "2024",
        "2024-01-01 25:00",
        "2024-01-01 13:00 PM",
        "2024-01-01T00:00:00+2500",
        "12345",
        "1" * 500,
        "5 Foo 2024",
        "9" * 8,
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text, day_first=True)


def test_a_date_of_two_readings_is_refused_without_an_order() -> None:
    with pytest.raises(ValueError, match="first"):
        parse_date("03/04/2025")
    assert parse_date("03/04/2025", day_first=True) == datetime(2025, 4, 3)
    assert parse_date("03/04/2025", day_first=False) == datetime(2025, 3, 4)
    assert parse_date("04/04/2025") == datetime(2025, 4, 4)


@given(MOMENTS)
def test_iso_moments_come_back(moment: datetime) -> None:
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(moment.isoformat(" ", "minutes")) == moment.replace(second=0, microsecond=0)


@given(DAYS, st.sampled_from("-/."))
def test_days_come_back_in_every_order(day: date, mark: str) -> None:
    y, m, d = f"{day.year:04}", day.month, day.day
    expected = datetime(day.year, day.month, day.day)
    assert parse_date(mark.join((y, str(m), str(d)))) == expected
    assert parse_date(mark.join((f"{d:02}", f"{m:02}", y)), day_first=True) == expected
    assert parse_date(mark.join((str(m), str(d), y)), day_first=False) == expected
    assert parse_date(f"{y}年{m}月{d}日") == expected
    assert parse_date(f"{d} {DUTCH[m - 1]} {y}") == expected
    assert parse_date(f"{day:%B} {d}, {y}") == expected


@given(st.text(max_size=40), st.sampled_from([True, False, None]))
def test_any_text_is_a_date_or_refused(text: str, day_first: bool | None) -> None:
    try:
        moment = parse_date(text, day_first)
    except ValueError:
        return
    assert 1900 <= moment.year <= 2200


@given(st.lists(DAYS, min_size=1, max_size=30), st.booleans())
def test_a_file_never_decides_for_the_wrong_order(days: list[date], day_first: bool) -> None:
    order = day_order(f"{day:%d/%m/%Y}" if day_first else f"{day:%m/%d/%Y}" for day in days)
    assert order.decided in (day_first, None)
    assert (order.decided is None) == all(day.day <= 12 or day.day == day.month for day in days)
    assert order.settled == (order.decided is not None or all(day.day == day.month for day in days))


@pytest.mark.parametrize(
    ("values", "settled", "decided"),
    [
        (["2024-01-02", "5 Mar 2024", "x", ""], True, None),
        (["03/04/2025"], False, None),
        (["03/04/2025", "13/04/2025"], True, True),
        (["03/04/2025", "04/13/2025"], True, False),
        (["13/04/2025", "04/13/2025"], False, None),
        (["31/31/2025", "13/04/2025"], True, True),  # what is no date either way says nothing
        (["12/13/10 8:26"], True, False),
        (["24-03-05"], False, None),  # the year may come first
        (["24-03-28"], False, None),
        (["31-12-24"], True, True),  # in 2031 it would lie ahead
        (["31-12-28"], False, None),
    ],
)
def test_the_values_of_a_file_decide_or_leave_it_open(
    values: list[str], settled: bool, decided: bool | None
) -> None:
    order = day_order(values, latest_year=2026)
    assert (order.settled, order.decided) == (settled, decided)


def test_local_times_are_of_the_calendars_zone_and_stated_zones_count() -> None:
    calendar = Calendar(ZoneInfo("Asia/Shanghai"))
    assert calendar.millis("2024-10-10 09:10") == to_millis(datetime(2024, 10, 10, 1, 10, tzinfo=UTC))
    assert calendar.millis("2024-10-10T09:10Z") == to_millis(datetime(2024, 10, 10, 9, 10, tzinfo=UTC))
    assert calendar.day("2024-10-10T23:10Z") == "2024-10-10"


def test_a_given_format_is_the_only_one_that_counts() -> None:
    calendar = Calendar(UTC, pattern="%y-%m-%d")
    assert calendar.day("24-03-05") == "2024-03-05"
    with pytest.raises(ValueError, match="format"):
        calendar.day("2024-03-05")
