using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Incidents;

/// <summary>
/// Checks that the new path no longer serves users who were taken back: by the decisions of nodes, and by the requests that services
/// report. Absence of reports is no success by itself: legacy has to report requests.
/// </summary>
public static class TrafficCheck
{
    /// <summary>Queries to the windows at <paramref name="now"/>.</summary>
    public static RoundQuery Ask(RolloutState state, RollbackRecord rollback, DateTimeOffset now)
    {
        var since = rollback.At + Grace(state);
        string?[] segments = rollback.Segments.IsEmpty ? [null] : [.. rollback.Segments];
        return new RoundQuery(Variant.New, Traffic.Live, rollback.At, [
            .. segments.Select(segment => Requests("before", Variant.New, segment, now - rollback.At + Patience(state), null)),
            .. segments.Select(segment => Requests("new", Variant.New, segment, Look(state), since)),
            Requests("legacy", Variant.Legacy, null, Look(state), since),
        ]);
    }

    /// <summary>The report; null while it is too early to decide.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="rollback">Its rollback.</param>
    /// <param name="served">Answers of nodes; null when they serve new to other users and are inconclusive.</param>
    /// <param name="seen">The windows' answer to <see cref="Ask"/>.</param>
    public static VerificationReport.Traffic? Judge(RolloutState state, RollbackRecord rollback, Served? served, Observation seen)
    {
        var age = seen.At - rollback.At;
        var quiet = served?.StillNew != true;
        if (!Of(seen, "before").Any(m => m.Samples > 0))
        {
            return served is null ? Report(VerificationOutcome.Skipped, null, null, $"No service reports which requests of {string.Join(", ", rollback.Segments)} it served.")
                : quiet ? Report(VerificationOutcome.Passed, null, null, $"{Decisions(served)}; no service reports requests.")
                : age > Patience(state) ? Report(VerificationOutcome.Failed, null, null, $"{Decisions(served)}: nodes still answer new.")
                : null;
        }

        var stillNew = Of(seen, "new").Sum(m => m.Value ?? 0);
        var legacy = Of(seen, "legacy").Sum(m => m.Value ?? 0);
        if (age >= Grace(state) + state.Judgement.Sampling && quiet && stillNew == 0 && legacy > 0)
        {
            return Report(VerificationOutcome.Passed, 0, legacy, $"{Decisions(served)}; services report none on new and {legacy:0} requests on legacy.");
        }

        return age < Patience(state) ? null
            : Report(VerificationOutcome.Failed, stillNew, legacy, !quiet ? $"{Decisions(served)}: nodes still answer new."
                : stillNew > 0 ? $"{Decisions(served)}; services still report {stillNew:0} requests on new within {Durations.Rounded(Look(state))}."
                : $"{Decisions(served)}; no service reports requests on legacy, so it is unknown where they went.");

        VerificationReport.Traffic Report(VerificationOutcome outcome, double? reportedNew, double? reportedLegacy, string text) =>
            new(seen.At, outcome, served?.New, served?.Legacy, reportedNew, reportedLegacy, text);
    }

    /// <summary>Samples cover time before they were taken, and travel: those just after a rollback still cover time before it.</summary>
    private static TimeSpan Grace(RolloutState state) => 2 * state.Judgement.Sampling;

    private static TimeSpan Look(RolloutState state) => 2 * state.Judgement.Sampling;

    private static TimeSpan Patience(RolloutState state) => 10 * state.Judgement.Sampling;

    private static MetricQuery Requests(string name, Variant variant, string? segment, TimeSpan window, DateTimeOffset? since) =>
        new(name, KnownSeries.Requests, variant, Traffic.Live, segment, window, since);

    private static IEnumerable<Measurement> Of(Observation seen, string name) =>
        seen.Readings.Where(r => r.Question == name).Select(r => r.Measured);

    private static string Decisions(Served? served) => served is null ? "Decisions for other users continue"
        : $"Nodes answered new {served.New} times and legacy {served.Legacy} times since";
}

/// <summary>Answers of nodes for the flag since the first look after the rollback.</summary>
/// <param name="New">Answers of new.</param>
/// <param name="Legacy">Answers of legacy.</param>
/// <param name="StillNew">True when any was new since the look before.</param>
public sealed record Served(long New, long Legacy, bool StillNew);
