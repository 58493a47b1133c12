using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Proof that the new path serves no user any more. Samples come every 15 s.</summary>
public sealed class TrafficAfterRollbackTests
{
    private static readonly Served Quiet = new(0, 40, false);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly Domain.Plans.Plan _plan = Some.Plan();
    private readonly MetricWindows _windows;

    public TrafficAfterRollbackTests() => _windows = new MetricWindows(_plan);

    /// <summary>Reports of services after the rollback, seconds after it, and the expected outcome (null: too early).</summary>
    public static TheoryData<int, bool, long?, long?, bool, VerificationOutcome?> Table => new()
    {
        // Seconds, new reported before, requests a sample on new (null: no sample), on legacy, decisions still new.
        { 30, true, null, 100, false, null },
        { 45, true, null, 100, false, VerificationOutcome.Passed },
        { 45, true, 0, 100, false, VerificationOutcome.Passed },
        { 45, true, 1, 100, false, null },
        { 149, true, 1, 100, false, null },
        { 150, true, 1, 100, false, VerificationOutcome.Failed },
        { 45, true, null, null, false, null },
        { 150, true, null, null, false, VerificationOutcome.Failed },
        { 45, true, null, 0, false, null },
        { 150, true, null, 0, false, VerificationOutcome.Failed },
        { 45, true, null, 100, true, null },
        { 150, true, null, 100, true, VerificationOutcome.Failed },
        { 1, false, null, null, false, VerificationOutcome.Passed },
        { 1, false, null, null, true, null },
        { 151, false, null, null, true, VerificationOutcome.Failed },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Verdict_needs_silence_on_new_and_a_sign_of_legacy(
        int seconds, bool reported, long? onNew, long? onLegacy, bool stillNew, VerificationOutcome? expected)
    {
        var (state, undone) = RolledBack();
        for (var at = undone.At - (4 * Every); reported && at <= undone.At; at += Every)
        {
            Push(at, Variant.New, 1000);
            Push(at, Variant.Legacy, 1000);
        }

        var now = undone.At.AddSeconds(seconds);
        for (var at = undone.At + Every; at <= now; at += Every)
        {
            Push(at, Variant.New, onNew);
            Push(at, Variant.Legacy, onLegacy);
        }

        Assert.Equal(expected, Judge(state, undone, Quiet with { StillNew = stillNew }, now)?.Outcome);
    }

    [Fact]
    public void Traffic_that_stops_late_passes_from_then_on()
    {
        var (state, undone) = RolledBack();
        Push(undone.At, Variant.New, 1000);
        for (var i = 1; i <= 7; i++)
        {
            Push(undone.At + (i * Every), Variant.New, i <= 4 ? 10 : 0);
            Push(undone.At + (i * Every), Variant.Legacy, 500);
        }

        Assert.Null(Judge(state, undone, Quiet, undone.At + (5 * Every)));
        var report = Judge(state, undone, Quiet, undone.At + (6 * Every));
        Assert.Equal((VerificationOutcome.Passed, 0, 1000), (report!.Outcome, report.ReportedNew, report.ReportedLegacy));
        Assert.Equal("Nodes answered new 0 times and legacy 40 times since; services report none on new and 1000 requests on legacy.", report.Text);
    }

    [Fact]
    public void Segment_is_told_by_its_own_samples_and_by_nothing_else()
    {
        var (state, _) = RolledBack();
        var undone = new RollbackRecord(9, Some.Start.AddHours(1), ["eu"]);
        Assert.Equal(VerificationOutcome.Skipped, Judge(state, undone, null, undone.At + (4 * Every))!.Outcome);

        for (var i = 0; i <= 4; i++)
        {
            Push(undone.At + (i * Every), Variant.New, 1000, "us");
            Push(undone.At + (i * Every), Variant.New, i == 0 ? 1000 : 0, "eu");
            Push(undone.At + (i * Every), Variant.Legacy, 10, "eu");
        }

        Assert.Equal(VerificationOutcome.Passed, Judge(state, undone, null, undone.At + (4 * Every))!.Outcome);
    }

    private VerificationReport.Traffic? Judge(RolloutState state, RollbackRecord undone, Served? served, DateTimeOffset now) =>
        TrafficCheck.Judge(
            state, undone, served, _windows.Observe(TrafficCheck.Ask(state, undone, now), now.AddMilliseconds(-1), now, 100)[^1]);

    private void Push(DateTimeOffset at, Variant variant, long? requests, string? segment = null)
    {
        if (requests is { } count)
        {
            Assert.Equal(1, _windows.Add(Some.Sample(at, variant, requests: count, segment: segment), at).Accepted);
        }
    }

    private (RolloutState State, RollbackRecord Undone) RolledBack()
    {
        var rollout = Some.Started(_plan);
        rollout.AdvanceTo(Some.Start.AddHours(1));
        rollout.Command(new RolloutCommand.Rollback("bad"), Some.Engineer);
        return (rollout.State, rollout.State.Incidents[^1].Undone!);
    }
}
