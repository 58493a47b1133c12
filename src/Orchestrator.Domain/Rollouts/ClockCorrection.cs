using System.Collections.Immutable;

namespace Orchestrator.Domain.Rollouts;

/// <summary>
/// Corrects times that were recorded while the clock was ahead, once that is known. In the future, they would stop everything that counts
/// from them until then, rollbacks too: windows begin there, a "for" and a cool-down run from there. Holds begin again at the correction,
/// which is later than they really began, never earlier.
/// </summary>
internal static class ClockCorrection
{
    /// <summary>Difference of two nodes' clocks that needs no correction; time then stands still for that long.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>True when the newest event is too far ahead of now to wait for.</summary>
    public static bool Needed(RolloutState state, DateTimeOffset now) => (state.Unfinished || state.Serving) && state.LastAt - now > Margin;

    /// <summary>The state without times after <paramref name="at"/>. Verdicts from samples after it are dropped, and made again.</summary>
    public static RolloutState Evolve(RolloutState state, DateTimeOffset at)
    {
        return state with
        {
            Since = Past(state.Since),
            StepSince = Past(state.StepSince),
            PhaseSince = Past(state.PhaseSince),
            ExposedSince = Past(state.ExposedSince),
            ComparedSince = Past(state.ComparedSince),
            PausedAt = PastOrNone(state.PausedAt),
            LoweredAt = PastOrNone(state.LoweredAt),
            Completion = state.Completion is { } end && end.At > at
                ? end with { At = at, BakesUntil = end.BakesUntil - (end.At - at) }
                : state.Completion,
            EvidenceLostAt = PastOrNone(state.EvidenceLostAt),
            EvidenceSince = PastOrNone(state.EvidenceSince),
            Restored = state.Restored.ToImmutableDictionary(
                one => one.Key,
                one => one.Value.At <= at ? one.Value : new RestoredSegment(at, at + (one.Value.CloserUntil - one.Value.At))),
            Triggers = state.Triggers.Where(one => one.Value.Fired || one.Value.Since <= at).ToImmutableDictionary(
                one => one.Key, one => one.Value with { Since = Past(one.Value.Since), Edge = Past(one.Value.Edge) }),
            Criteria = state.Criteria.Where(one => one.Value.Evidence.At <= at).ToImmutableDictionary(),
            Unmeasured = state.Unmeasured.ToImmutableDictionary(one => one.Key, one => Past(one.Value)),
            RestartedAt = state.RestartedAt.ToImmutableDictionary(one => one.Key, one => Past(one.Value)),
            Amended = state.Amended is { } amended ? amended with { At = Past(amended.At) } : null,
            Proposed = state.Proposed is { } proposed ? proposed with { At = Past(proposed.At) } : null,
            FiredAt = state.FiredAt.Where(one => one.Value <= at).ToImmutableDictionary(),
            Reviews = [.. state.Reviews.Select(review => review.OpenedAt <= at
                ? review
                : review with { OpenedAt = at, ExpiresAt = review.ExpiresAt - (review.OpenedAt - at) })],
            Incidents = [.. state.Incidents.Select(incident => incident.Undone is { } rollback && rollback.At > at
                ? incident with { Undone = rollback with { At = at } }
                : incident)],
        };

        DateTimeOffset Past(DateTimeOffset moment) => moment > at ? at : moment;

        DateTimeOffset? PastOrNone(DateTimeOffset? moment) => moment > at ? at : moment;
    }
}
