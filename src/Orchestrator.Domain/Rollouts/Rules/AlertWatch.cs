using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>Alerts that the plan reads: changes by a message, and the state of a name at a moment.</summary>
public static class AlertWatch
{
    /// <summary>True when an alert of that name fires, false when none does, null when there is no evidence.</summary>
    public static bool? Fires(RolloutState state, string alert, DateTimeOffset at) =>
        AlertBook.Fires(state.AlertGroups, state.Alerts.Contains(alert), alert, at, state.Judgement.AlertRepeat);

    /// <summary>True when further groups are no longer kept each by itself.</summary>
    public static bool IsFull(RolloutState state) => state.AlertGroups.Count >= AlertGroup.MostGroups;

    /// <summary>
    /// Groups first, then the names whose firing changed: a name is raised with its first known member and resolved when no group has a
    /// known one any more. Alerts that no rule of the plan reads leave no trace.
    /// </summary>
    internal static Decision<RolloutEvent> Report(Draft draft, AlertMessage message)
    {
        if (draft.State is { Unfinished: false, Baking: false })
        {
            return Refusal.Ended(draft.State, "take alerts");
        }

        var read = PlanRules.Alerts(draft.State.Plan);
        message = message with
        {
            Alerts = [.. message.Alerts.Where(listed => read.Contains(listed.Alert))],
            Hidden = [.. message.Hidden.Where(read.Contains)]
        };
        var before = draft.State.AlertGroups;
        foreach (var (key, group) in AlertBook.Take(before, message, draft.Now, draft.State.Judgement.AlertRepeat))
        {
            draft.Emit(new AlertsHeard(key, group.HeardAt, [.. group.Alerts]));
        }

        foreach (var name in read.Order(StringComparer.Ordinal))
        {
            var listed = Array.Find(message.Alerts, one => one.Alert == name);
            var (known, raised) = (AlertBook.Knows(draft.State.AlertGroups, name), draft.State.Alerts.Contains(name));
            if (known && !raised)
            {
                draft.Emit(new AlertRaised(name, listed?.Summary));
            }
            else if (!known && raised && (AlertBook.Knows(before, name) || listed is { Resolved.Length: > 0 }))
            {
                draft.Emit(new AlertResolved(name));
            }
        }

        return draft.Done();
    }

    internal static RolloutState Evolve(RolloutState state, AlertsHeard e) => state with
    {
        AlertGroups = e.Alerts.Length == 0
            ? state.AlertGroups.Remove(e.Group)
            : state.AlertGroups.SetItem(e.Group, new AlertGroup(e.HeardAt, [.. e.Alerts])),
    };

    /// <summary>The sentence on a trigger whose alert is in doubt.</summary>
    internal static string Doubt(RolloutState state, Trigger trigger)
    {
        var alert = (Condition.Alert)trigger.Rule.Condition;
        return $"{trigger.Name}: no evidence on {ConditionText.Format(alert)}: {AlertBook.Doubt(state.AlertGroups, alert.Name, state.Judgement.AlertRepeat).Why}.";
    }
}
