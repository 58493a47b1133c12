using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Notifications;

/// <summary>
/// Who hears of an event: those whom the plan's alert rules name for it, else every channel that takes its level. A channel hears of
/// an event once, whatever number of rules name it.
/// </summary>
public static class Addressing
{
    /// <summary>The notifications of an event, at most one for each channel of the plan.</summary>
    /// <param name="recorded">The event as the log keeps it.</param>
    /// <param name="happened">The same, read.</param>
    /// <param name="rollout">The rollout; only what its creation settled is looked at.</param>
    /// <param name="nameOf">Name of a key or person at a time; null where ids are enough.</param>
    public static ImmutableArray<Notification> Of(
        RecordedEvent recorded, RolloutEvent happened, RolloutState rollout, Func<string, DateTimeOffset?, string?>? nameOf = null)
    {
        var plan = rollout.Plan;
        if (plan.Channels.IsEmpty || Notice.Of(happened, plan) is not { } notice)
        {
            return [];
        }

        var author = recorded.Actor.Kind == ActorKind.User ? recorded.Actor with { Name = nameOf?.Invoke(recorded.Actor.Id, recorded.At) } : null;
        var alerts = plan.Alerts.Where(alert => Concerns(alert, happened, plan)).ToArray();
        return [.. from channel in plan.Channels
                   let told = alerts.Length == 0 ? Default(notice, channel) : ByAlerts(notice, alerts, channel)
                   where told?.Level is not null
                   select Of(recorded, happened, rollout, told, channel, author)];
    }

    private static Notice? Default(Notice notice, Channel channel) => notice.Level is { } level && channel.Takes(level) ? notice : null;

    private static Notice? ByAlerts(Notice notice, IEnumerable<AlertRule> alerts, Channel channel)
    {
        var mine = alerts.Where(a => a.Channels.IsEmpty ? channel.Takes(a.Level) : a.Channels.Contains(channel.Name)).ToArray();
        return mine.Length == 0 ? null : notice with
        {
            Level = mine.Select(a => a.Level).Aggregate(Level.Higher),
            Title = $"{string.Join(", ", mine.Select(a => a.Name))}: {notice.Title}",
        };
    }

    private static Notification Of(RecordedEvent recorded, RolloutEvent happened, RolloutState rollout, Notice told, Channel channel, Actor? by) => new()
    {
        Id = $"{recorded.Id}-{channel.Name}",
        Level = told.Level!,
        Title = told.Title,
        Text = by is null ? told.Text : $"{told.Text} By {by.Name ?? by.Id}{(by.Role is { } role ? $" ({role})" : "")}.",
        Plan = rollout.Plan.Name,
        Rollout = rollout.Id,
        Environment = rollout.Environment,
        EventId = recorded.Id,
        EventType = happened.GetType().Name,
        Position = recorded.Position,
        At = recorded.At,
        Incident = (happened as IncidentOpened)?.Incident,
        By = by,
        Channel = channel.Name,
        Kind = channel.Kind,
        Target = channel.Target,
    };

    private static bool Concerns(AlertRule alert, RolloutEvent happened, Plan plan) => (alert, happened) switch
    {
        ({ On: not null }, TriggerFired e) => AlertTriggers.Concerns(plan, alert, e.Trigger, e.Evidence.Rule),
        ({ Event: "rollout_percentage_changed" }, PercentageRaised or PercentageLowered) => true,
        ({ Event: "phase_started" }, PhaseStarted) => true,
        ({ Event: "trigger_fired" }, TriggerFired) => true,
        ({ Event: "review_opened" }, ReviewOpened) => true,
        ({ Event: "rolled_back" }, RolledBack or SegmentRolledBack) => true,
        ({ Event: "rollout_completed" }, RolloutCompleted) => true,
        _ => false,
    };
}
