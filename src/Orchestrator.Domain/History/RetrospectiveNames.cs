using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.History;

/// <summary>Adds names to the ids of keys and people. Events contain ids alone.</summary>
public static class RetrospectiveNames
{
    /// <summary>The same retrospective with the name of each key or person at the time.</summary>
    /// <param name="told">The retrospective.</param>
    /// <param name="nameOf">Name of an id at a time; null when it has none.</param>
    public static Retrospective Named(this Retrospective told, Func<string, DateTimeOffset?, string?> nameOf)
    {
        Actor named(Actor actor, DateTimeOffset at) => actor.Kind == ActorKind.User ? actor with { Name = nameOf(actor.Id, at) } : actor;
        HistoryEntry moment(HistoryEntry one) => one with { By = named(one.By, one.At) };
        ImmutableArray<ReviewDecision> decisions(ImmutableArray<ReviewDecision> all) =>
            [.. all.Select(one => one with { Name = nameOf(one.By, one.At) })];
        return told with
        {
            Overrides = [.. told.Overrides.Select(
                one => one with { AskedBy = named(one.AskedBy, one.AskedAt), Decisions = decisions(one.Decisions) })],
            Rollbacks = [.. told.Rollbacks.Select(
                one => one with { By = named(one.By, one.At), Undone = one.Undone is { } undone ? moment(undone) : null })],
            Incidents = [.. told.Incidents.Select(one => one with
            {
                Acknowledged = one.Acknowledged is { } mark ? mark with { Name = nameOf(mark.By, mark.At) } : null,
                Ended = one.Ended is { By: { } by } end ? end with { Name = nameOf(by, end.At) } : one.Ended,
            })],
            Reviews = [.. told.Reviews.Select(one => one with
            {
                Decisions = decisions(one.Decisions), RequestedByName = one.RequestedBy is { } asker ? nameOf(asker, one.OpenedAt) : null,
            })],
            Amendments = [.. told.Amendments.Select(one => one with
            {
                AskedBy = named(one.AskedBy, one.At), AgreedBy = one.AgreedBy is { } last ? named(last, one.At) : null,
                Agreed = [.. one.Agreed.Select(who => named(who, one.At))],
            })],
            Moments = [.. told.Moments.Select(moment)],
        };
    }
}
