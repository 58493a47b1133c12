using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.History;

/// <summary>Adds names to the ids of keys and people. Events contain ids alone.</summary>
public static class RetrospectiveNames
{
    /// <summary>The same retrospective with the name of each key or person at the time.</summary>
    /// <param name="retrospective">The retrospective.</param>
    /// <param name="nameOf">Name of an id at a time; null when it has none.</param>
    public static Retrospective Named(this Retrospective retrospective, Func<string, DateTimeOffset?, string?> nameOf)
    {
        Actor named(Actor actor, DateTimeOffset at) => actor.Kind == ActorKind.User ? actor with { Name = nameOf(actor.Id, at) } : actor;
        HistoryEntry entry(HistoryEntry one) => one with { By = named(one.By, one.At) };
        ImmutableArray<ReviewDecision> decisions(ImmutableArray<ReviewDecision> all) =>
            [.. all.Select(one => one with { Name = nameOf(one.By, one.At) })];
        return retrospective with
        {
            Overrides = [.. retrospective.Overrides.Select(
                one => one with { AskedBy = named(one.AskedBy, one.AskedAt), Decisions = decisions(one.Decisions) })],
            Rollbacks = [.. retrospective.Rollbacks.Select(
                one => one with { By = named(one.By, one.At), Undone = one.Undone is { } restored ? entry(restored) : null })],
            Incidents = [.. retrospective.Incidents.Select(one => one with
            {
                Acknowledged = one.Acknowledged is { } mark ? mark with { Name = nameOf(mark.By, mark.At) } : null,
                Ended = one.Ended is { By: { } by } end ? end with { Name = nameOf(by, end.At) } : one.Ended,
            })],
            Reviews = [.. retrospective.Reviews.Select(one => one with
            {
                Decisions = decisions(one.Decisions), RequestedByName = one.RequestedBy is { } asker ? nameOf(asker, one.OpenedAt) : null,
            })],
            Amendments = [.. retrospective.Amendments.Select(one => one with
            {
                AskedBy = named(one.AskedBy, one.At), AgreedBy = one.AgreedBy is { } last ? named(last, one.At) : null,
                Agreed = [.. one.Agreed.Select(who => named(who, one.At))],
            })],
            Moments = [.. retrospective.Moments.Select(entry)],
            Advances = [.. retrospective.Advances.Select(one => one with { By = named(one.By, one.At) })],
        };
    }
}
