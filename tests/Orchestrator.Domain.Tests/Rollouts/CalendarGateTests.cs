using System.Globalization;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Steps;
using Calendar = Orchestrator.Domain.Plans.Calendar;

namespace Orchestrator.Domain.Tests.Rollouts;

public sealed class CalendarGateTests
{
    /// <summary>Zone, window, instant, whether it is open, and when it next opens.</summary>
    public static TheoryData<string, string, string, string, bool, string?> Cases => new()
    {
        // Berlin goes from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
        { "Europe/Berlin", "09:00", "17:00", "2026-03-28T07:59:59Z", false, "2026-03-28T08:00:00Z" },
        { "Europe/Berlin", "09:00", "17:00", "2026-03-28T08:00:00Z", true, null },
        { "Europe/Berlin", "09:00", "17:00", "2026-03-28T16:00:00Z", false, "2026-03-29T07:00:00Z" },
        { "Europe/Berlin", "09:00", "17:00", "2026-03-29T15:00:00Z", false, "2026-03-30T07:00:00Z" },
        { "Europe/Berlin", "09:00", "17:00", "2026-10-24T15:00:00Z", false, "2026-10-25T08:00:00Z" },
        { "Europe/Berlin", "02:00", "03:00", "2026-03-29T00:30:00Z", false, "2026-03-30T00:00:00Z" },
        { "Europe/Berlin", "02:30", "04:00", "2026-03-29T00:30:00Z", false, "2026-03-29T01:00:00Z" },
        { "Europe/Berlin", "02:00", "03:00", "2026-10-25T00:30:00Z", true, null },
        { "Europe/Berlin", "02:00", "03:00", "2026-10-25T01:30:00Z", true, null },
        { "Europe/Berlin", "01:00", "02:15", "2026-10-25T00:30:00Z", false, "2026-10-25T01:00:00Z" },
        { "Europe/Berlin", "00:00", "24:00", "2026-10-25T22:59:59Z", true, null },

        // New York: 8 March and 1 November 2026.
        { "America/New_York", "09:00", "17:00", "2026-03-07T22:00:00Z", false, "2026-03-08T13:00:00Z" },
        { "America/New_York", "09:00", "17:00", "2026-10-31T21:00:00Z", false, "2026-11-01T14:00:00Z" },
        { "America/New_York", "01:00", "02:00", "2026-11-01T05:30:00Z", true, null },
        { "America/New_York", "01:00", "02:00", "2026-11-01T06:30:00Z", true, null },
        { "America/New_York", "01:00", "02:00", "2026-11-01T07:00:00Z", false, "2026-11-02T06:00:00Z" },
        { "America/New_York", "02:00", "03:00", "2026-03-08T06:59:00Z", false, "2026-03-09T06:00:00Z" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_window_is_wall_clock_time_whatever_daylight_saving_does(
        string zone, string from, string to, string now, bool open, string? opens)
    {
        var window = new ChangeWindow([.. Enum.GetValues<DayOfWeek>()], Time(from), to == "24:00" ? TimeOnly.MaxValue : Time(to));
        var calendar = new Calendar(zone, [window], []);

        Assert.Equal(open, CalendarGate.IsOpen(calendar, At(now)));
        Assert.Equal(opens is null ? null : At(opens), CalendarGate.NextOpening(calendar, At(now)));
    }

    [Theory]
    [InlineData("2026-03-06T16:00:00Z", "2026-03-09T08:00:00Z")]
    [InlineData("2026-03-27T16:00:00Z", "2026-03-30T07:00:00Z")]
    public void A_weekend_is_waited_for(string now, string opens)
    {
        var window = new ChangeWindow(
            [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday], Time("09:00"), Time("17:00"));

        Assert.Equal(At(opens), CalendarGate.NextOpening(new Calendar("Europe/Berlin", [window], []), At(now)));
    }

    [Fact]
    public void A_freeze_longer_than_any_look_ahead_ends_at_the_next_window_after_it()
    {
        var window = new ChangeWindow([DayOfWeek.Monday], Time("09:00"), Time("10:00"));
        var calendar = new Calendar("Europe/Berlin", [window], [new Freeze("winter", At("2026-11-20T00:00:00Z"), At("2027-01-05T00:00:00Z"))]);

        Assert.False(CalendarGate.IsOpen(calendar, At("2026-11-23T08:30:00Z")));
        Assert.Equal(At("2027-01-11T08:00:00Z"), CalendarGate.NextOpening(calendar, At("2026-11-23T08:30:00Z")));
    }

    [Fact]
    public void A_freeze_without_windows_opens_at_its_end()
    {
        var calendar = new Calendar("UTC", [], [new Freeze("a", At("2026-11-20T00:00:00Z"), At("2027-01-05T00:00:00Z")), new Freeze("b", At("2027-01-04T00:00:00Z"), At("2027-01-06T00:00:00Z"))]);

        Assert.Equal(At("2027-01-06T00:00:00Z"), CalendarGate.NextOpening(calendar, At("2026-11-23T08:30:00Z")));
    }

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
