using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Incidents;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>The end of a rollout: its obstacles, the watch after it, and the release of its flag.</summary>
internal static class Completing
{
    /// <summary>Decides that segments stay on legacy. Segments on new cannot.</summary>
    public static Decision<RolloutEvent> KeepBack(Draft draft, KeepBack keep)
    {
        var state = draft.State;
        if (!state.Serving && state.Status != RolloutStatus.RolledBack)
        {
            return Refusal.Status(state, "keep a segment back");
        }

        if (keep.Segments.Except(state.TakenBack).ToArray() is { Length: > 0 } others)
        {
            return Decision<RolloutEvent>.No(
                "rollout.segment_not_back", $"{string.Join(", ", others)}: not taken back, so it cannot be kept back; roll the segment back first.");
        }

        if (keep.Segments.Intersect(state.Missing).ToArray() is { Length: > 0 } kept)
        {
            draft.Emit(new SegmentKeptBack(kept, draft.Actor.Id, draft.Actor.Role, keep.Reason));
        }

        return draft.Done();
    }

    /// <summary>Completes the rollout after its last gate.</summary>
    public static void Complete(Draft draft)
    {
        var state = draft.State;
        draft.Emit(new RolloutCompleted(
            true, state.Plan.Bake is { } bake ? draft.Now + bake : null, state.TakenBack is { IsEmpty: false } back ? [.. back] : null));
    }

    /// <summary>Ends the watch by time, but not while the "for" of a trigger runs: its result is seconds away.</summary>
    public static void EndBake(Draft draft)
    {
        var state = draft.State;
        if (!state.Baking || draft.Now < state.Completion!.BakesUntil || state.Triggers.Values.Any(trigger => !trigger.Fired))
        {
            return;
        }

        // Without a measurement it was not shown to be good.
        var unseen = state.EvidenceLostAt is { } lost ? $" No sample of the new variant has arrived since {lost:u}." : "";
        draft.Emit(new BakeEnded($"Watched for {Durations.Rounded(draft.Now - state.Completion.At)} after completion; triggers watch no more.{unseen}"));
    }

    /// <summary>
    /// The flag of a rollout that has ended goes to its static value; so does that of an aborted one, which has every user on legacy until
    /// then. No answer changes by it unless a person confirms it: the static value must exist, and be what every user gets now, or be
    /// named.
    /// </summary>
    public static Decision<RolloutEvent> Retire(Draft draft, Retire retire)
    {
        var state = draft.State;
        if (retire.Successor is not null)
        {
            return Succeed(draft, retire);
        }

        if (state is { Status: RolloutStatus.Retired, Successor: null })
        {
            return draft.Done();
        }

        if (state.Unfinished)
        {
            return Decision<RolloutEvent>.No(
                "rollout.not_completed", "The rollout cannot be retired: it is not completed. Abort it to end it with everyone on legacy.");
        }

        if (retire.Static is not { } value)
        {
            return Decision<RolloutEvent>.No(
                "rollout.flag_without_value",
                $"The rollout cannot be retired: flag '{state.Plan.Flag}' has no static value in {state.Environment}, so no user would get an answer. Set it first (PUT of the flag); {Now(state)} now.");
        }

        if (retire.Expected is { } expected && !JsonValue.Same(expected, value))
        {
            return Decision<RolloutEvent>.No("rollout.value_differs", $"The rollout cannot be retired: the static value of flag '{state.Plan.Flag}' is {Short(value)}, not {Short(expected)}.");
        }

        var allOnNew = state.Percentage == Share.All && state.TakenBack.IsEmpty;
        var same = state.Status == RolloutStatus.Aborted ? "false" : allOnNew ? "true" : null;
        if (retire.Expected is null && !(same is not null && JsonValue.Same(value, same)))
        {
            return Decision<RolloutEvent>.No(
                "rollout.value_changes",
                $"The rollout cannot be retired like this: everyone would get {Short(value)}, the static value of flag '{state.Plan.Flag}', and {Now(state)} now. "
                    + $"Change the value, or confirm it with \"value\": {Short(value)}.");
        }

        draft.Emit(new RolloutRetired(retire.Reason, value));
        return draft.Done();
    }

    public static RolloutState Evolve(RolloutState state, RolloutCompleted e, DateTimeOffset at) => IncidentEvolution.End(
        state with { Status = RolloutStatus.Completed, Since = at, Completion = new Completion(at, e.BakesUntil, e.UntilRetired == true) },
        at, "The rollout was completed.", e.UntilRetired == true ? incident => incident.Acknowledged is not null : null);

    public static RolloutState Evolve(RolloutState state, SegmentKeptBack e, DateTimeOffset at) => state with
    {
        KeptBack = state.KeptBack.SetItems(e.Segments.Select(segment => KeyValuePair.Create(segment, new KeptSegment(e.By, e.Reason, at)))),
    };

    /// <summary>Ends the watching of triggers: pending and missing data mean nothing from here on.</summary>
    public static RolloutState EvolveBakeEnded(RolloutState state) => state with
    {
        Completion = state.Completion! with { BakesUntil = null },
        EvidenceLostAt = null,
        Triggers = ImmutableDictionary<string, TriggerState>.Empty,
        Unmeasured = ImmutableDictionary<string, DateTimeOffset>.Empty,
    };

    public static RolloutState Evolve(RolloutState state, RolloutRetired e, DateTimeOffset at) => IncidentEvolution.End(
        state with
        {
            Status = RolloutStatus.Retired,
            Since = at,
            Successor = e.Successor,
            EvidenceLostAt = null,
            Completion = state.Completion is { } end ? end with { BakesUntil = null } : null,
        },
        at, $"The rollout was retired: {e.Reason}");

    /// <summary>
    /// Retires the rollout because a rollout of the same flag starts. One that was never completed still has its users, and keeps the other
    /// from starting.
    /// </summary>
    private static Decision<RolloutEvent> Succeed(Draft draft, Retire retire)
    {
        switch (draft.State.Status)
        {
            case RolloutStatus.Completed:
            case RolloutStatus.Retired when draft.State.Successor is { } successor && successor != retire.Successor:
                draft.Emit(new RolloutRetired(retire.Reason, null, retire.Successor));
                return draft.Done();
            case RolloutStatus.Retired or RolloutStatus.Aborted or RolloutStatus.Created:
                return draft.Done();
            default:
                return Decision<RolloutEvent>.No(
                    EnvironmentDecider.FlagTaken, $"Rollout {draft.State.Id} of flag '{draft.State.Plan.Flag}' is not finished; finish or abort it first.");
        }
    }

    private static string Now(RolloutState state) => state.Status == RolloutStatus.Aborted ? "everyone gets false" :
        $"{state.Percentage} of users{(state.TakenBack.IsEmpty ? "" : $", but not {string.Join(", ", state.TakenBack)},")} get true";

    private static string Short(string json) => json.Length <= 60 ? json : string.Concat(json.AsSpan(0, 57), "...");
}
