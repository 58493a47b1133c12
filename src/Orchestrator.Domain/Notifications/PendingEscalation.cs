using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Notifications;

/// <summary>A critical incident that goes to the next channel unless a person acknowledges it first.</summary>
/// <param name="Told">The notification to the channel before.</param>
/// <param name="To">The next channel.</param>
/// <param name="After">Time to acknowledge it.</param>
/// <param name="Due">End of that time, UTC.</param>
public sealed record PendingEscalation(Notification Told, string To, TimeSpan After, DateTimeOffset Due)
{
    /// <summary>The escalation that follows this notification unless it is acknowledged; null when there is none.</summary>
    public static PendingEscalation? Of(Notification notification, Plan plan) =>
        notification is { Incident: not null, Level: Level.Critical, Step: null or IncidentStep.Opened }
            && Find(plan, notification.Channel) is { EscalateTo: { } next } channel
            ? new PendingEscalation(notification, next, channel.EscalateAfter, notification.At + channel.EscalateAfter)
            : null;

    /// <summary>
    /// Due no later than the full time from now: one recorded while the clock ran ahead would wait until it is that late again.
    /// </summary>
    public PendingEscalation From(DateTimeOffset now) => Due - now > After ? this with { Due = now + After } : this;

    /// <summary>True when an acknowledgement or end of this incident settles it.</summary>
    public bool IsAbout(string rollout, string incident) => Told.Rollout == rollout && Told.Incident == incident;

    /// <summary>The notification to the next channel, and its own escalation; null when the plan has no such channel.</summary>
    public (Notification Told, PendingEscalation? Next)? Escalate(Plan plan)
    {
        if (Find(plan, To) is not { } channel)
        {
            return null;
        }

        var again = Told with
        {
            Id = $"{Told.EventId}-{channel.Name}-escalated",
            Channel = channel.Name,
            Kind = channel.Kind,
            Target = channel.Target,
            Title = Told.Escalated ? Told.Title : $"Not acknowledged: {Told.Title}",
            Text = $"Not acknowledged on {Told.Channel} within {Orchestrator.Domain.Quantities.Durations.Format(After)}. {Told.Text}",
            Escalated = true,
        };
        return (again,
            channel.EscalateTo is { } next ? new PendingEscalation(again, next, channel.EscalateAfter, Due + channel.EscalateAfter) : null);
    }

    private static Channel? Find(Plan plan, string name) => plan.Channels.FirstOrDefault(channel => channel.Name == name);
}
