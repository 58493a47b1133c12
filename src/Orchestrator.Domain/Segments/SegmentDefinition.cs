using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Segments;

/// <summary>The users of a segment: a rule over their attributes, opted-in members, and a cap on their share.</summary>
/// <param name="Title">Display text.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Balance">Null for no cap.</param>
[JsonConverter(typeof(SegmentDefinitionJson))]
public sealed record SegmentDefinition(string? Title, SegmentRule Rule, Balance? Balance = null);

/// <summary>A rule over a user's attributes. A missing attribute matches no test.</summary>
public abstract record SegmentRule
{
    private SegmentRule()
    {
    }

    /// <summary>Every one of them (true when empty).</summary>
    public sealed record All(ImmutableArray<SegmentRule> Rules) : SegmentRule;

    /// <summary>At least one of them (false when empty).</summary>
    public sealed record Any(ImmutableArray<SegmentRule> Rules) : SegmentRule;

    /// <summary>Not this one. A missing attribute matches nothing, so the inner rule is false and this is true.</summary>
    public sealed record Not(SegmentRule Rule) : SegmentRule;

    /// <summary>The user was added through members.</summary>
    public sealed record OptedIn : SegmentRule;

    /// <summary>A test of one attribute.</summary>
    public sealed record Attribute(string Name, AttributeTest Test) : SegmentRule;
}

/// <summary>
/// Keeps a cohort's mix: within each stratum (each combination of the values of <paramref name="By"/>) at most a share of all its
/// users belongs. The share is kept without counting: a user who matches the rule belongs when its own bucket within the stratum
/// is below cap / population.
/// </summary>
/// <param name="By">Attributes that make a stratum; a missing one is a value of its own.</param>
/// <param name="Cap">Largest share of a stratum's users, 0 to 1.</param>
/// <param name="Population">Share of a stratum's users that the rule is known to match, 0 to 1. The default 1 keeps the cap in every case.
/// Where it is measured, the value known so far.</param>
/// <param name="Caps">Caps of single strata by their key (<c>eu/heavy</c>: the values in the order of <paramref name="By"/>).</param>
public sealed record Balance(ImmutableArray<string> By, double Cap, double Population, ImmutableArray<StratumCap> Caps)
{
    /// <summary>Word of a definition in place of a share: the share is measured.</summary>
    public const string MeasuredWord = "measured";

    /// <summary>True when the population is counted among the evaluated users, and the cohort is filled by it.</summary>
    public bool Measured { get; init; }
}

/// <summary>The cap of one stratum.</summary>
public sealed record StratumCap(string Stratum, double Cap);
