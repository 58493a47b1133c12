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

/// <summary>A test of one attribute's value.</summary>
public abstract record AttributeTest
{
    private AttributeTest()
    {
    }

    /// <summary>Equal to a text, number or boolean; types must agree.</summary>
    public sealed record EqualTo(AttributeValue Value) : AttributeTest;

    /// <summary>Equal to one of them.</summary>
    public sealed record OneOf(ImmutableArray<AttributeValue> Values) : AttributeTest;

    /// <summary>Text equal to one of these in any case: each code point counts as its simple upper case by Unicode.</summary>
    public sealed record OneOfIgnoringCase(ImmutableArray<string> Texts) : AttributeTest;

    /// <summary>Text that starts with this (ordinal).</summary>
    public sealed record StartsWith(string Text, bool IgnoreCase = false) : AttributeTest;

    /// <summary>Text that ends with this (ordinal).</summary>
    public sealed record EndsWith(string Text, bool IgnoreCase = false) : AttributeTest;

    /// <summary>Text that contains this (ordinal).</summary>
    public sealed record Contains(string Text, bool IgnoreCase = false) : AttributeTest;

    /// <summary>Text in which the pattern is found; one longer than <see cref="TextPattern.LongestInput"/> bytes of UTF-8 matches nothing.</summary>
    public sealed record Matches(TextPattern Pattern) : AttributeTest;

    /// <summary>Text that is an IP address of one of these ranges.</summary>
    public sealed record InNetworks(ImmutableArray<Network> Networks) : AttributeTest;

    /// <summary>A number compared with this.</summary>
    public sealed record Number(Comparison Comparison, double Value) : AttributeTest;

    /// <summary>A number compared with this integer exactly; one that a double does not hold (<see cref="AttributeValue.FirstInexact"/> and beyond).</summary>
    public sealed record Integer(Comparison Comparison, long Value) : AttributeTest;

    /// <summary>A semantic version (2.0.0) compared with this by its precedence rules.</summary>
    public sealed record Version(Comparison Comparison, string Value) : AttributeTest;

    /// <summary>A dotted number compared with this part by part; see <see cref="DottedVersion"/>.</summary>
    public sealed record Dotted(Comparison Comparison, string Value) : AttributeTest;

    /// <summary>An RFC 3339 instant compared with this.</summary>
    public sealed record Date(Comparison Comparison, DateTimeOffset Value) : AttributeTest;

    /// <summary>A day (<c>2026-03-01</c>) compared with this one, or an RFC 3339 instant with its beginning in UTC.</summary>
    public sealed record Day(Comparison Comparison, DateOnly Value) : AttributeTest;
}

/// <summary>Comparison of two ordered values.</summary>
public enum Comparison
{
    /// <summary>&lt;</summary>
    Below,

    /// <summary>&lt;=</summary>
    AtMost,

    /// <summary>==</summary>
    Equal,

    /// <summary>&gt;=</summary>
    AtLeast,

    /// <summary>&gt;</summary>
    Above,
}

/// <summary>A constant of a rule: exactly one of the four is given.</summary>
/// <param name="Text">A text.</param>
/// <param name="Number">A number that a double holds, or that an earlier build rounded to one.</param>
/// <param name="Boolean">A boolean.</param>
/// <param name="Integer">An integer at or beyond <see cref="FirstInexact"/>, which is compared exactly.</param>
public readonly record struct AttributeValue(string? Text, double? Number, bool? Boolean, long? Integer = null)
{
    /// <summary>2^53: from here on, in both directions, a double represents more than one integer.</summary>
    public const long FirstInexact = 1L << 53;

    /// <summary>A text.</summary>
    public static AttributeValue Of(string text) => new(text, null, null);

    /// <summary>A number.</summary>
    public static AttributeValue Of(double number) => new(null, number, null);

    /// <summary>An integer; one that a double holds exactly is the same constant as that number.</summary>
    public static AttributeValue Of(long integer) => IsExact(integer) ? Of((double)integer) : new(null, null, null, integer);

    /// <summary>A boolean.</summary>
    public static AttributeValue Of(bool boolean) => new(null, null, boolean);

    internal static bool IsExact(double number) => number is > -FirstInexact and < FirstInexact;

    internal static bool IsExact(long integer) => integer is > -FirstInexact and < FirstInexact;
}

/// <summary>
/// Keeps a cohort's mix: within each stratum (each combination of the values of <paramref name="By"/>) at most a share of all its
/// users belongs. The share is kept without counting: a user who matches the rule belongs when its own bucket within the stratum
/// is below cap / population.
/// </summary>
/// <param name="By">Attributes that make a stratum; a missing one is a value of its own.</param>
/// <param name="Cap">Largest share of a stratum's users, 0 to 1.</param>
/// <param name="Population">Share of a stratum's users that the rule is known to match, 0 to 1. The default 1 keeps the cap in every case. Where it is measured, the value known so far.</param>
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
