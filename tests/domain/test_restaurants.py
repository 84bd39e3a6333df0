from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.geography import Point
from domain.restaurants import WEEKDAYS, MenuItem, OpeningHours, Restaurant, RestaurantAddress
from tests.support.builders import usd

# Three hours east of UTC, all year.
ADDIS = "Africa/Addis_Ababa"
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)

MOMENTS = st.integers(0, 400 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
CLOCKS = st.times().map(lambda clock: f"{clock:%H:%M}")


def hours(
    *spans: tuple[str, str], timezone: str = "UTC", closed_on: list[str] | None = None
) -> OpeningHours:
    """Those spans on a Monday, and no others."""
    return OpeningHours(timezone=timezone, weekly={"mon": list(spans)}, closed_on=closed_on or [])


def on_monday(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-02T{clock}+00:00")


class TestOpeningHours:
    @pytest.mark.parametrize(
        ("clock", "is_open"),
        [("10:59", False), ("11:00", True), ("14:29:59", True), ("14:30", False), ("18:00", True)],
    )
    def test_hold_from_the_first_minute_to_before_the_last(self, clock: str, is_open: bool) -> None:
        lunch_and_dinner = hours(("11:00", "14:30"), ("18:00", "22:00"))
        assert lunch_and_dinner.open_at(on_monday(clock)) == is_open

    @pytest.mark.parametrize(
        ("clock", "day", "is_open"),
        [
            ("17:59", 0, False),
            ("18:00", 0, True),
            ("23:59", 0, True),
            ("00:00", 1, True),
            ("01:59", 1, True),
            ("02:00", 1, False),
            ("18:00", 1, False),
            ("01:00", 0, False),
        ],
    )
    def test_go_past_midnight(self, clock: str, day: int, is_open: bool) -> None:
        moment = on_monday(clock) + timedelta(days=day)
        assert hours(("18:00", "02:00")).open_at(moment) == is_open

    def test_are_those_of_the_restaurants_own_clock(self) -> None:
        breakfast = hours(("07:00", "08:00"), timezone=ADDIS)
        assert breakfast.open_at(on_monday("04:30"))
        assert not breakfast.open_at(on_monday("07:30"))

    def test_of_a_closed_day_are_none_also_after_its_midnight(self) -> None:
        shut = hours(("18:00", "02:00"), closed_on=["2026-11-02"])
        assert not shut.open_at(on_monday("19:00"))
        assert not shut.open_at(on_monday("01:00") + timedelta(days=1))

    def test_of_a_closed_day_leave_the_night_before_open(self) -> None:
        late = hours(("18:00", "02:00"), closed_on=["2026-11-03"])
        assert late.open_at(on_monday("01:00") + timedelta(days=1))

    @given(moment=MOMENTS, clock=CLOCKS)
    def test_from_a_time_to_itself_are_the_whole_day(self, moment: datetime, clock: str) -> None:
        always = OpeningHours(
            timezone="UTC", weekly={day: [(clock, clock)] for day in WEEKDAYS}, closed_on=[]
        )
        assert always.open_at(moment)

    @given(moment=MOMENTS, start=CLOCKS, end=CLOCKS)
    def test_of_a_day_and_of_its_rest_fill_the_week(
        self, moment: datetime, start: str, end: str
    ) -> None:
        weekly = {day: [(start, end)] for day in WEEKDAYS}
        rest = {day: [(end, start)] for day in WEEKDAYS}
        is_open, is_shut = (
            OpeningHours(timezone=ADDIS, weekly=spans, closed_on=[]).open_at(moment)
            for spans in (weekly, rest)
        )
        assert (is_open and is_shut) if start == end else (is_open != is_shut)


# On the last Sunday of March two o'clock is three, on that of October three o'clock is two.
VIENNA = "Europe/Vienna"
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)
MINUTE = timedelta(minutes=1)


def around(day: date) -> Iterator[datetime]:
    """The minutes of the day, of the one before and of the one after it."""
    begin = datetime.combine(day, time(), tzinfo=UTC) - timedelta(days=1)
    return (begin + minute * MINUTE for minute in range(3 * 24 * 60))


def clock(moment: datetime) -> datetime:
    """What it shows in Vienna."""
    return moment.astimezone(ZoneInfo(VIENNA)).replace(tzinfo=None)


def minutes_open(day: date, start: str, end: str) -> list[datetime]:
    """Those in which a span of the day is open."""
    of_that_day = OpeningHours(
        timezone=VIENNA, weekly={WEEKDAYS[day.weekday()]: [(start, end)]}, closed_on=[]
    )
    return [minute for minute in around(day) if of_that_day.open_at(minute)]


class TestOpeningHoursWhereTheClockIsSet:
    @pytest.mark.parametrize(
        ("day", "span", "opens", "hours_open"),
        [
            (FORWARD, ("01:00", "04:00"), "00:00", 2),
            (FORWARD, ("02:30", "04:00"), "01:00", 1),
            (FORWARD, ("01:00", "02:30"), "00:00", 1),
            (BACK, ("01:00", "04:00"), "23:00", 4),
            (BACK, ("02:30", "04:00"), "00:30", 2.5),
            (BACK, ("01:00", "02:30"), "23:00", 2.5),
        ],
    )
    def test_are_one_piece(
        self, day: date, span: tuple[str, str], opens: str, hours_open: float
    ) -> None:
        minutes = minutes_open(day, *span)
        assert f"{minutes[0]:%H:%M}" == opens
        assert len(minutes) == hours_open * 60
        assert len(minutes) == (minutes[-1] - minutes[0]) / MINUTE + 1

    def test_are_none_where_the_clock_leaves_them_out(self) -> None:
        assert minutes_open(FORWARD, "02:15", "02:45") == []

    @given(day=st.sampled_from([FORWARD, BACK]), start=CLOCKS, end=CLOCKS)
    @settings(max_examples=15)
    def test_are_open_whenever_the_clock_says_so_and_never_twice(
        self, day: date, start: str, end: str
    ) -> None:
        begin = datetime.combine(day, time.fromisoformat(start))
        length = (datetime.combine(day, time.fromisoformat(end)) - begin) % timedelta(days=1)
        finish = begin + (length or timedelta(days=1))
        minutes = minutes_open(day, start, end)
        assert {minute for minute in around(day) if begin <= clock(minute) < finish} <= {*minutes}
        assert not minutes or len(minutes) == (minutes[-1] - minutes[0]) / MINUTE + 1


class TestOpeningHoursThatTouch:
    @given(moment=MOMENTS, noon=CLOCKS)
    def test_are_open_in_between(self, moment: datetime, noon: str) -> None:
        """Around the clock, each day in two spans, also from the end of a week to its begin."""
        whole = OpeningHours(
            timezone=VIENNA,
            weekly={day: [("00:00", noon), (noon, "00:00")] for day in WEEKDAYS},
            closed_on=[],
        )
        assert whole.open_at(moment)

    def test_go_on_over_the_end_of_the_week(self) -> None:
        late = OpeningHours(timezone="UTC", weekly={"sun": [("20:00", "03:00")]}, closed_on=[])
        sunday = MONDAY + timedelta(days=6)
        assert late.open_at(sunday + timedelta(hours=23, minutes=59))
        assert late.open_at(sunday + timedelta(hours=26, minutes=59))
        assert not late.open_at(sunday + timedelta(hours=27))


def a_restaurant(opening_hours: OpeningHours | None = None) -> Restaurant:
    return Restaurant(
        restaurant_id=uuid4(),
        name="Roma",
        currency="USD",
        address=RestaurantAddress(line1="Bole Road 1", city="Addis", point=Point(lat=9, lon=38)),
        cuisine=None,
        opening_hours=opening_hours,
        auto_accept=False,
        acceptance_minutes=10,
        preparation_minutes=20,
        kitchen_slots=None,
        paused=False,
        version=1,
        menu_revision=uuid4(),
    )


class TestRestaurant:
    def test_without_hours_is_always_open(self) -> None:
        assert a_restaurant().open_at(MONDAY)

    def test_is_open_within_its_hours(self) -> None:
        roma = a_restaurant(hours(("11:00", "12:00")))
        assert roma.open_at(on_monday("11:30"))
        assert not roma.open_at(on_monday("12:30"))

    def test_that_paused_is_shut(self) -> None:
        assert not replace(a_restaurant(), paused=True).open_at(MONDAY)


class TestMenuItem:
    @pytest.mark.parametrize(
        ("stock", "available", "offers"),
        [(None, True, True), (2, True, True), (1, True, False), (None, False, False)],
    )
    def test_offers_what_is_there(self, stock: int | None, available: bool, offers: bool) -> None:
        dish = MenuItem(
            menu_item_id=uuid4(),
            restaurant_id=uuid4(),
            name="Margherita",
            description="",
            price=usd(1_000),
            stock=stock,
            available=available,
            version=1,
        )
        assert dish.offers(2) == offers
