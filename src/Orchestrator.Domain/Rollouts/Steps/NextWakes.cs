using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts.Reviews;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>Time of the next change by time alone. Samples wake a rollout by themselves.</summary>
public static class NextWakes
{
    /// <summary>
    /// The next moment worth a round: now only when there is work now, otherwise in the future; null when time alone changes nothing more.
    /// </summary>
    public static DateTimeOffset? NextWake(RolloutState state, DateTimeOffset now)
    {
        if (!state.Watched)
        {
            return null;
        }

        if (RolloutDecider.Decide(state, new Observe(state.Entry, null, state.LineStopped, state.LineStoppedBy), Actor.Timer,
            now) is Decision<RolloutEvent>.Accepted { Events.Length: > 0 })
        {
            return now;
        }

        DateTimeOffset? next = null;
        foreach (var candidate in Candidates(state, now))
        {
            if (candidate > now && (next is null || candidate < next))
            {
                next = candidate;
            }
        }

        return next;
    }

    private static IEnumerable<DateTimeOffset> Candidates(RolloutState state, DateTimeOffset now)
    {
        foreach (var review in state.Reviews)
        {
            if (review is { Open: true, ExpiresAt: { } expires })
            {
                yield return expires;
            }
        }

        if (Ramping.Due(state) is { } piece)
        {
            yield return piece;
        }

        if (state.Completion?.BakesUntil is { } baked)
        {
            yield return baked;
        }

        if (state.Status != RolloutStatus.Running)
        {
            yield break;
        }

        if (Gates.HoldEnds(state) is { } ends && !state.HoldWaived)
        {
            yield return ends;
        }

        if (Reviewing.NextCheckpoint(state) is { } due)
        {
            yield return due;
        }

        if (state.Plan.Calendar is { } calendar && CalendarGate.NextOpening(calendar, now) is { } opening)
        {
            yield return opening;
        }

        if (state.Phase is { Duration: { } duration })
        {
            // One tick later: exactly the longest duration is not yet too long.
            yield return state.PhaseSince + duration.Max + TimeSpan.FromTicks(1);
        }
    }
}
