using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Plans.Registry;

/// <summary>The revisions of one named plan, oldest first.</summary>
public sealed record PlanState(ImmutableList<PlanRevision> Revisions) : IAggregateState<PlanState, PlanEvent>
{
    /// <summary>No revision.</summary>
    public static PlanState Initial { get; } = new(ImmutableList<PlanRevision>.Empty);

    /// <summary>Instant at which the plan was archived; null while it is in use.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The newest revision; null before the first.</summary>
    public PlanRevision? Latest => Revisions.IsEmpty ? null : Revisions[^1];

    /// <summary>The state after an event.</summary>
    public PlanState Evolve(Happened<PlanEvent> happened) => happened.Event switch
    {
        PlanEvent.PlanRevised e => this with
        {
            Revisions =
            Revisions.Add(new PlanRevision(e.Revision, e.Hash, e.Document, e.Source, happened.At, happened.Actor)),
            ArchivedAt = null,
        },
        PlanEvent.PlanArchived => this with { ArchivedAt = happened.At },
        var unknown => throw new InvalidOperationException($"Unknown event {unknown}."),
    };
}

/// <summary>One revision of a plan.</summary>
public sealed record PlanRevision(int Revision, string Hash, string Document, string Source, DateTimeOffset At, Actor By);
