using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Notifications;

/// <summary>
/// Channels that receive an event: those that the plan's alert rules name for it, else every channel that takes its level. A channel
/// receives an event once, whatever number of rules name it.
/// </summary>
public static class Addressing
{
    /// <summary>The notifications of an event, at most one for each channel of the plan.</summary>
    /// <param name="recorded">The event as the log keeps it.</param>
    /// <param name="happened">The same, deserialized.</param>
    /// <param name="rollout">The rollout; only facts that its creation settled are read.</param>
    /// <param name="nameOf">Name of a key or person at a time; null where ids are enough.</param>
    public static ImmutableArray<Notification> Of(
        RecordedEvent recorded, RolloutEvent happened, RolloutState rollout, Func<string, DateTimeOffset?, string?>? nameOf = null)
    {
        var plan = rollout.Plan;
        if (plan.Channels.IsEmpty || Notice.Of(happened, plan) is not { } notice)
        {
            return [];
        }

        var author = recorded.Actor.Kind == ActorKind.User
            ? recorded.Actor with { Name = nameOf?.Invoke(recorded.Actor.Id, recorded.At) }
            : null;
        var alerts = plan.Alerts.Where(alert => Concerns(alert, happened, plan)).ToArray();
        var (incident, step) = IncidentOf(recorded, happened, rollout);
        var others = step == IncidentStep.Ended && happened is not IncidentResolved
            ? Ended(recorded, rollout).Where(id => id != incident).ToArray()
            : [];
        return [.. from channel in plan.Channels
                   let chosen = alerts.Length == 0 ? Default(notice, channel, step) : ByAlerts(notice, alerts, channel)
                   where chosen?.Level is not null
                   select Of(recorded, happened, rollout, chosen, channel, author) with { Incident = incident, Step = step,
                       Text = Text(chosen.Text, happened is IncidentOpened ? null : step == IncidentStep.Opened ? incident : null, author),
                       Others = others.Length == 0 ? null : others }];
    }

    /// <summary>
    /// A rollback that opens an incident is also its page: one page for one incident. The opening itself goes to channels that did not
    /// receive the rollback.
    /// </summary>
    /// <param name="opening">The notifications of the opening.</param>
    /// <param name="rollback">Those of its rollback.</param>
    public static ImmutableArray<Notification> Unheard(ImmutableArray<Notification> opening, ImmutableArray<Notification> rollback) =>
        opening.RemoveAll(one => rollback.Any(other => other.Channel == one.Channel));

    /// <summary>The incident that an event is about, by the state after the whole decision.</summary>
    private static (string? Incident, IncidentStep? Step) IncidentOf(RecordedEvent recorded, RolloutEvent happened, RolloutState rollout) =>
        happened switch
        {
            IncidentOpened e => (e.Incident, IncidentStep.Opened),
            IncidentEscalated e => (e.Incident, null),
            IncidentAcknowledged e => (e.Incident, IncidentStep.Acknowledged),
            IncidentResolved e => (e.Incident, IncidentStep.Ended),
            RolledBack or SegmentRolledBack
                when rollout.Incidents.FirstOrDefault(i => i.Undone?.Version == recorded.Version) is { } opened =>
                (opened.Id, IncidentStep.Opened),
            RolloutRestored or SegmentRestored or RolloutAborted or RolloutCompleted
                when Ended(recorded, rollout).LastOrDefault() is { } ended => (ended, IncidentStep.Ended),
            _ => (null, null),
        };

    /// <summary>Incidents that lost their object by an event.</summary>
    private static IEnumerable<string> Ended(RecordedEvent recorded, RolloutState rollout) =>
        from incident in rollout.Incidents
        where incident.Ended is { Resolved: false } end && end.At == recorded.At
        select incident.Id;

    /// <summary>A pager keeps its incidents: it receives acknowledgements and ends, whatever its levels.</summary>
    private static Notice? Default(Notice notice, Channel channel, IncidentStep? step) =>
        notice.Level is { } level && (channel.Takes(level)
            || (channel.Kind == Channel.PagerDuty && step is (IncidentStep.Acknowledged or IncidentStep.Ended))) ? notice : null;

    private static Notice? ByAlerts(Notice notice, IEnumerable<AlertRule> alerts, Channel channel)
    {
        var mine = alerts.Where(a => a.Channels.IsEmpty ? channel.Takes(a.Level) : a.Channels.Contains(channel.Name)).ToArray();
        return mine.Length == 0 ? null : notice with
        {
            Level = mine.Select(a => a.Level).Aggregate(Level.Higher),
            Title = $"{string.Join(", ", mine.Select(a => a.Title ?? a.Name))}: {notice.Title}",
        };
    }

    private static Notification Of(
        RecordedEvent recorded, RolloutEvent happened, RolloutState rollout, Notice notice, Channel channel, Actor? by) => new()
        {
            Id = $"{recorded.Id}-{channel.Name}",
            Level = notice.Level!,
            Title = notice.Title,
            Text = notice.Text,
            Plan = rollout.Plan.Name,
            Rollout = rollout.Id,
            Environment = rollout.Environment,
            EventId = recorded.Id,
            EventType = happened.GetType().Name,
            Position = recorded.Position,
            At = recorded.At,
            By = by,
            Channel = channel.Name,
            Kind = channel.Kind,
            Target = channel.Target,
        };

    /// <summary>A rollback names the incident that it opens, and an action of a person names the person.</summary>
    private static string Text(string text, string? incident, Actor? by) =>
        $"{text}{(incident is null ? "" : $" Incident {incident}.")}{(by is null ? "" : $" By {by.Name ?? by.Id}{(by.Role is { } role ? $" ({role})" : "")}.")}";

    private static bool Concerns(AlertRule alert, RolloutEvent happened, Plan plan) => (alert, happened) switch
    {
        ({ On: not null }, TriggerFired e) => AlertTriggers.Concerns(plan, alert, e.Trigger, e.Evidence.Rule),
        ({ Event: "rollout_percentage_changed" }, PercentageRaised or SegmentShareRaised or PercentageLowered) => true,
        ({ Event: "phase_started" }, PhaseStarted) => true,
        ({ Event: "trigger_fired" }, TriggerFired) => true,
        ({ Event: "review_opened" }, ReviewOpened) => true,
        ({ Event: "rolled_back" }, RolledBack or SegmentRolledBack) => true,
        ({ Event: "rollout_completed" }, RolloutCompleted) => true,
        _ => false,
    };
}
