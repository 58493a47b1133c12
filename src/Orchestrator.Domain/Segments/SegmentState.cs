using Orchestrator.Domain.Events;
using Orchestrator.Domain.Segments.Filling;

namespace Orchestrator.Domain.Segments;

/// <summary>A segment: the fold of its events.</summary>
/// <param name="Definition">Null until the segment is defined.</param>
/// <param name="Members">Opted-in members.</param>
public sealed record SegmentState(SegmentDefinition? Definition, MemberSet Members) : IAggregateState<SegmentState, SegmentEvent>
{
    /// <summary>The state before the first event.</summary>
    public static SegmentState Initial { get; } = new(null, MemberSet.Empty);

    /// <summary>Share of users whom the rule matches, as measured under this rule; null before a measurement.</summary>
    public Population? Population { get; init; }

    /// <summary>The definition in use: a measured population is a number here. The same instance while none of it changes.</summary>
    public SegmentDefinition? Served { get; private init; }

    /// <summary>The state after an event.</summary>
    public SegmentState Evolve(Happened<SegmentEvent> happened) => happened.Event switch
    {
        SegmentEvent.SegmentDefined defined =>
            new SegmentState(defined.Definition, Definition is null ? MemberSet.Under(defined.MemberKey.Span) : Members)
            {
                // A measurement under another rule is not valid for this one; under the same rule the cohort stays filled, and the count
                // begins again.
                Population = SameRule(defined.Definition) ? Population is { } known ? known with { Asked = 0, Qualified = 0 } : null : null,
            }.Serve(),
        SegmentEvent.PopulationMeasured measured =>
            (this with { Population = new Population((double)measured.Population, measured.Asked, measured.Qualified) }).Serve(),
        SegmentEvent.MembersChanged changed => this with { Members = Members.With(changed.Added, changed.Removed) },
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, null),
    };

    private bool SameRule(SegmentDefinition definition) =>
        Definition is { } before && SegmentDefinitions.RuleHash(before) == SegmentDefinitions.RuleHash(definition);

    private SegmentState Serve()
    {
        if (Definition?.Balance is not { Measured: true } balance)
        {
            return this with { Served = Definition };
        }

        var served = balance with { Measured = false, Population = Population?.Share ?? 1 };
        return Served?.Balance is { } before && before.Population == served.Population && ReferenceEquals(Served.Rule, Definition.Rule)
            ? this
            : this with { Served = Definition with { Balance = served } };
    }
}
