using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Kind of a reason for which a rollout needs a person, the worst first.</summary>
public enum AttentionKind
{
    /// <summary>An incident that no person acknowledged.</summary>
    Incident,

    /// <summary>A trigger whose "for" runs.</summary>
    Alarm,

    /// <summary>It is held: after a restored backup, or because this node cannot read its events.</summary>
    Held,

    /// <summary>No node watches it.</summary>
    Unguarded,

    /// <summary>An open review.</summary>
    Review,

    /// <summary>A freeze begins within a day.</summary>
    Freeze,
}

/// <summary>A reason for which a rollout needs a person.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Text">Display text, one or two sentences.</param>
/// <param name="Since">Beginning; null when it is not known, or lies ahead.</param>
/// <param name="At">The moment by which a person should act: the firing, the expiry, the beginning; null for none.</param>
/// <param name="Subject">Id of the incident or the review, name of the trigger or the freeze; null for the rollout itself.</param>
public sealed record Attention(AttentionKind Kind, string Text, DateTimeOffset? Since, DateTimeOffset? At = null, string? Subject = null)
{
    /// <summary>Time ahead in which a freeze is announced.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    /// <summary>Every reason, the worst first.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="now">The moment of the question.</param>
    /// <param name="unreadable">Reason why this node cannot read the rollout's events; null when it can.</param>
    /// <param name="unguarded">True when no node watches it although one should.</param>
    public static IEnumerable<Attention> Of(RolloutState state, DateTimeOffset now, string? unreadable = null, bool unguarded = false) =>
    [
        .. state.Incidents.Where(incident => incident is { Ended: null, Acknowledged: null })
            .OrderBy(incident => incident.Escalated is null).ThenByDescending(incident => incident.OpenedAt).Select(Unacknowledged),
        .. Alarms(state, now),
        .. Held(state, unreadable),
        .. unguarded && state.Watched ? (Attention[])[Unwatched(state)] : [],
        .. state.Reviews.Where(review => review.Open).OrderBy(review => review.ExpiresAt ?? DateTimeOffset.MaxValue)
            .Select(review => new Attention(AttentionKind.Review, Waiting.Of(review), review.OpenedAt, review.ExpiresAt, review.Id)),
        .. Freezes(state, now),
    ];

    /// <summary>The worst reason, without freezes; null when it needs no person.</summary>
    public static Attention? Worst(RolloutState state, DateTimeOffset now, string? unreadable = null, bool unguarded = false) =>
        Of(state, now, unreadable, unguarded).FirstOrDefault(one => one.Kind != AttentionKind.Freeze);

    private static Attention Unacknowledged(Incident incident) => new(
        AttentionKind.Incident,
        incident.Escalated is { } escalated
            ? $"Incident {incident.Id} ({incident.Severity}) is not acknowledged. {escalated.Reason}"
            : $"Incident {incident.Id} ({incident.Severity}) is not acknowledged: {incident.Reason}",
        incident.OpenedAt, Subject: incident.Id);

    private static IEnumerable<Attention> Alarms(RolloutState state, DateTimeOffset now) =>
        !state.Watched || state.Triggers.Values.All(one => one.Fired) ? []
        : from trigger in RulesInForce.Triggers(state)
          where state.Triggers.GetValueOrDefault(trigger.Name) is { Fired: false }
          let reach = TriggerReach.Of(state, trigger, null, now)
          where reach.Pending is not null
          orderby reach.Pending!.FiresAt
          select new Attention(
              AttentionKind.Alarm, $"Trigger '{trigger.Name}': {reach.Text}", reach.Pending!.Since, reach.Pending.FiresAt, trigger.Name);

    private static IEnumerable<Attention> Held(RolloutState state, string? unreadable)
    {
        if (unreadable is not null)
        {
            yield return new Attention(AttentionKind.Held, unreadable, null);
        }

        if (state.AwaitingConfirmation is { } held)
        {
            yield return new Attention(AttentionKind.Held, Summary.Of(state), held.At);
        }
    }

    private static Attention Unwatched(RolloutState state) => new(
        AttentionKind.Unguarded,
        state.PhaseIndex >= 0 && state.Plan.OnUnwatchedIn(state.PhaseIndex) == UnwatchedPolicy.Legacy
            ? "No node watches it, so everyone is on legacy (onUnwatched: legacy)."
            : "No node watches it: no trigger takes users back, and users keep their answers (onUnwatched: hold).",
        null);

    private static IEnumerable<Attention> Freezes(RolloutState state, DateTimeOffset now) =>
        !state.Unfinished || state.PlanOrNone?.Calendar is not { } calendar ? []
        : calendar.Freezes.Where(freeze => freeze.From > now && freeze.From - now <= Ahead).OrderBy(freeze => freeze.From)
            .Select(freeze => new Attention(
                AttentionKind.Freeze,
                $"Freeze '{freeze.Name}' begins at {Waiting.Moment(freeze.From)} and lasts until {Waiting.Moment(freeze.To)}: the rollout does not advance in it.",
                null, freeze.From, freeze.Name));
}
