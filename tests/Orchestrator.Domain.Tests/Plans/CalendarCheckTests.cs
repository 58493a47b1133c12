using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>Durations of phases that the change windows make impossible.</summary>
public sealed class CalendarCheckTests
{
    [Theory]
    [InlineData("2h", "1d", "{ days: [mon], from: \"09:00\", to: \"16:00\" }", null)]
    [InlineData("8h", "1d", "{ days: [mon], from: \"09:00\", to: \"16:00\" }", "6d 17h")]
    [InlineData("8h", "1d", "{ days: [mon-fri], from: \"09:00\", to: \"16:00\" }", null)]
    [InlineData("8h", "12h", "{ days: [mon-fri], from: \"09:00\", to: \"16:00\" }", "17h 1m")]
    [InlineData("8h", "12h", "{ days: [mon-fri], from: \"09:00\", to: \"24:00\" }", null)]
    [InlineData("8h", "12h", "{ days: [sat, sun], from: \"00:00\", to: \"24:00\" }", null)]
    public void Phase_that_cannot_end_in_its_longest_duration_is_warned_of(string hold, string longest, string window, string? least)
    {
        var reading = PlanText.Read(
            $$"""
            plan: a
            flag: b
            calendar: { changeWindows: [ {{window}} ] }
            phases: [ { name: p, duration: 1h..{{longest}}, steps: [ { name: s, percentage: 5%, hold: {{hold}} } ], review: {} } ]
            """);
        Assert.Empty(reading.Errors);
        var said = reading.Warnings.Where(warning => warning.Message.Contains("change windows", StringComparison.Ordinal))
            .Select(warning => warning.Message).SingleOrDefault();
        Assert.Equal(least is null ? null : $"the phase 'p' lasts at least {least}, because its steps end in change windows only; its longest duration is {longest}", said);
    }

    [Fact]
    public void Steps_wait_one_after_the_other()
    {
        var reading = PlanText.Read(
            """
            plan: a
            flag: b
            calendar: { changeWindows: [ { days: [tue], from: "10:00", to: "11:00" } ] }
            phases: [ { name: p, duration: 1h..10d, steps: [ { name: s, percentage: 5%, hold: 2h }, { name: t, percentage: 10%, hold: 2h } ], review: {} } ]
            """);
        Assert.Contains(reading.Warnings, warning => warning is { Path: "phases[0]" } && warning.Message.Contains("lasts at least 1w 6d", StringComparison.Ordinal));
    }
}
