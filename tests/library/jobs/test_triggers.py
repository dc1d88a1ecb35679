"""When triggers fire: by the clock of a place, over the days on which clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from jupyter_mlstudio import InvalidError
from jupyter_mlstudio.jobs.schedules.triggers import due, machine_zone, next_times, resolved, upcoming, words
from jupyter_mlstudio.jobs.schedules.types import CronTrigger, FileTrigger, IntervalTrigger

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def cron(expression, zone="UTC"):
    return CronTrigger(cron=expression, timezone=zone)


def local(trigger, after, many=3):
    from zoneinfo import ZoneInfo

    times = next_times(trigger, datetime.fromisoformat(after), many)
    return [time.astimezone(ZoneInfo(trigger.timezone)).strftime("%d %H:%M %z") for time in times]


@pytest.mark.parametrize(
    ("expression", "zone", "after", "times"),
    [
        # clocks are put forward: half past two is left out, and the first time after it counts
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", ["29 03:00 +0200", "30 02:30 +0200", "31 02:30 +0200"]),
        ("0 * * * *", "Europe/Berlin", "2026-03-28T23:30Z", ["29 01:00 +0100", "29 03:00 +0200", "29 04:00 +0200"]),
        ("30 2 * * *", "America/New_York", "2026-03-07T12Z", ["08 03:00 -0400", "09 02:30 -0400", "10 02:30 -0400"]),
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12Z", ["04 02:30 +1100", "05 02:15 +1100", "06 02:15 +1100"]),
        # clocks are put back: half past two comes twice and counts once, every hour counts each hour
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", ["25 02:30 +0200", "26 02:30 +0100", "27 02:30 +0100"]),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10Z", ["26 02:30 +0100", "27 02:30 +0100", "28 02:30 +0100"]),
        ("0 * * * *", "Europe/Berlin", "2026-10-24T23:30Z", ["25 02:00 +0200", "25 02:00 +0100", "25 03:00 +0100"]),
        ("30 1 * * *", "America/New_York", "2026-10-31T12Z", ["01 01:30 -0400", "02 01:30 -0500", "03 01:30 -0500"]),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12Z", ["05 01:45 +1100", "06 01:45 +1030", "07 01:45 +1030"]),
        ("0 * * * *", "Australia/Lord_Howe", "2026-04-04T13Z", ["05 01:00 +1100", "05 02:00 +1030", "05 03:00 +1030"]),
        ("0 0 * * *", "America/New_York", "2026-01-01T12:00Z", ["02 00:00 -0500", "03 00:00 -0500", "04 00:00 -0500"]),
    ],
)  # fmt: skip
def test_a_cron_goes_by_the_clock_of_its_place(expression, zone, after, times):
    assert local(cron(expression, zone), after.replace("Z", "+00:00")) == times


def test_the_29th_of_february_comes_in_leap_years():
    times = next_times(cron("0 0 29 2 *"), NOON, 3)
    assert [time.date().isoformat() for time in times] == ["2028-02-29", "2032-02-29", "2036-02-29"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("expression", ["*/20 * * * *", "30 2 * * *", "15,45 1-3 * * *", "0 */6 * * SUN", "@hourly"])
def test_times_are_the_same_from_wherever_one_looks(expression, zone):
    trigger = cron(expression, zone)
    for begin in (
        datetime(2026, 3, 7, tzinfo=UTC),
        datetime(2026, 3, 28, tzinfo=UTC),
        datetime(2026, 10, 24, tzinfo=UTC),
    ):
        end = begin + timedelta(days=2)
        whole = [time for time in islice(upcoming(trigger, begin), 500) if time <= end]
        assert whole == sorted(set(whole))
        step, at = [], begin
        while at < end:
            later = min(at + timedelta(minutes=37), end)
            step += due(trigger, at, later, 100)[0]
            at = later
        assert step == whole


def test_of_many_missed_times_the_newest_are_told_quickly():
    times, cut = due(cron("* * * * *", "Europe/Berlin"), datetime(2016, 1, 1, tzinfo=UTC), NOON, 100)
    assert (len(times), times[-1], cut) == (100, NOON, True)
    assert due(cron("0 0 1 1 *"), datetime(2016, 6, 1, tzinfo=UTC), NOON, 100)[1] is False


def test_an_interval_counts_from_its_start():
    start = datetime(2026, 1, 1, 7, 30, tzinfo=UTC)
    trigger = IntervalTrigger(every=6, unit="hours", start=start)
    assert next_times(trigger, NOON, 2) == [start + timedelta(hours=6), start + timedelta(hours=12)]
    assert next_times(trigger, start - timedelta(days=3), 1) == [start]
    assert next_times(trigger, start, 1) == [start + timedelta(hours=6)]


def test_what_is_left_open_is_fixed_when_a_trigger_is_saved(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    assert machine_zone() == "Asia/Kolkata"
    assert resolved(CronTrigger(cron="0 7 * * *"), NOON).timezone == "Asia/Kolkata"
    assert resolved(IntervalTrigger(every=2, unit="days"), NOON).start == NOON + timedelta(days=2)


def test_triggers_are_told_in_words():
    assert words(cron("30 7 * * MON-FRI", "Europe/Berlin")) == "At 07:30 on Monday through Friday (Europe/Berlin)"
    assert words(IntervalTrigger(every=1, unit="hours")) == "Every hour"
    assert words(IntervalTrigger(every=10, unit="minutes")) == "Every 10 minutes"
    assert words(FileTrigger(path="raw/*.csv")) == "When raw/*.csv changes"


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        (cron("0 25 * * *"), "trigger.cron: the hour in '0 25 * * *' is not possible"),
        (cron("0 0 30 2 *"), "trigger.cron: the day of month in"),
        (cron("0 0 * * MON#1/2"), "trigger.cron: the day of week in"),
        (cron("0 0 0 0 0 0"), "must have five fields"),
        (cron("@reboot"), "must have five fields"),
        (cron("0 7 * * *", "Mars/Olympus"), "trigger.timezone: there is no time zone 'Mars/Olympus'"),
        (cron("0 7 * * *", "../../../etc/passwd"), "trigger.timezone: there is no time zone"),
        (IntervalTrigger(every=1, unit="seconds"), "trigger.every: the shortest interval is 5 seconds"),
    ],
)
def test_a_trigger_that_cannot_fire_is_refused(trigger, message):
    with pytest.raises(InvalidError, match=message.replace("*", r"\*").replace("(", r"\(")):
        resolved(trigger, NOON)
