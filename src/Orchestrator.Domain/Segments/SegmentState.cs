using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Segments.Filling;

namespace Orchestrator.Domain.Segments;

/// <summary>A segment: the fold of its events.</summary>
/// <param name="Definition">Null until the segment is defined.</param>
/// <param name="Members">Opted-in members.</param>
[JsonConverter(typeof(SegmentStateJson))]
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

    /// <summary>A stored state. The definition in use follows from the rest.</summary>
    internal static SegmentState Of(SegmentDefinition? definition, MemberSet members, Population? population) =>
        new SegmentState(definition, members) { Population = population }.Serve();

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

/// <summary>A segment as stored state.</summary>
internal sealed class SegmentStateJson : JsonConverter<SegmentState>
{
    public override SegmentState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var stored = JsonSerializer.Deserialize<Stored>(ref reader, options) ?? throw new JsonException("no segment");
        return SegmentState.Of(stored.Definition, stored.Members, stored.Population);
    }

    public override void Write(Utf8JsonWriter writer, SegmentState value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Stored(value.Definition, value.Members, value.Population), options);

    private sealed record Stored(SegmentDefinition? Definition, MemberSet Members, Population? Population);
}
