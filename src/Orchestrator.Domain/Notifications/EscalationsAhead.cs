using System.Collections.Immutable;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Notifications;

/// <summary>Escalations of an incident that are still to come unless a person acknowledges it, for display.</summary>
public static class EscalationsAhead
{
    /// <summary>The next escalation of each chain of channels, soonest first.</summary>
    /// <param name="told">Notifications of one incident that is neither acknowledged nor over, also those that were escalated.</param>
    /// <param name="plan">The plan of its rollout.</param>
    /// <param name="now">Present instant.</param>
    public static ImmutableArray<PendingEscalation> Of(IReadOnlyCollection<Notification> told, Plan plan, DateTimeOffset now) =>
    [
        .. told.Where(one => !one.Escalated).Select(one => Next(one, told, plan)).OfType<PendingEscalation>().Select(one => one.From(now))
            .OrderBy(one => one.Due).ThenBy(one => one.To, StringComparer.Ordinal),
    ];

    private static PendingEscalation? Next(Notification first, IReadOnlyCollection<Notification> told, Plan plan)
    {
        var next = PendingEscalation.Of(first, plan);

        // A chain has each channel once at most.
        for (var length = 0; next is not null && length < plan.Channels.Length; length++)
        {
            if (next.Escalate(plan) is not var (escalated, after))
            {
                return null;
            }

            if (told.All(one => one.Id != escalated.Id))
            {
                return next;
            }

            next = after;
        }

        return null;
    }
}
