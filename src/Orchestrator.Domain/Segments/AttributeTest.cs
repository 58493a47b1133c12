using System.Collections.Immutable;

namespace Orchestrator.Domain.Segments;

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
