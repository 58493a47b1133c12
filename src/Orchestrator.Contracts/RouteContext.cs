using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Contracts;

/// <summary>
/// A user: a key that stays the same, and attributes that segments look at. Immutable; <c>With</c> makes another one. Names and texts may
/// have 64 KiB together.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("orchestrator.RouteContext")]
public sealed record RouteContext
{
    /// <summary>The user's key; null for an unknown user, who gets an error where the answer depends on the key.</summary>
    [Id(0)]
    public string? TargetingKey { get; init; }

    /// <summary>Attributes. Of two with one name the later holds.</summary>
    [Id(1)]
    public ImmutableArray<ContextAttribute> Attributes { get; init; } = [];

    /// <summary>
    /// Position of the log that the answer must know of, for a caller that has just changed something; null for none. The silo waits two
    /// seconds for it at most.
    /// </summary>
    [Id(2)]
    public long? AtLeast { get; init; }

    /// <summary>A user without attributes.</summary>
    /// <param name="targetingKey">The user's key.</param>
    public static RouteContext Of(string? targetingKey) => new() { TargetingKey = targetingKey };

    /// <summary>Adds a text.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value; null takes the attribute away.</param>
    public RouteContext With(string attribute, string? value) =>
        Set(attribute, value is null ? null : new ContextAttribute { Name = attribute, Kind = AttributeKind.Text, Text = value });

    /// <summary>Adds a number. Not a number, and infinity, count as missing.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    public RouteContext With(string attribute, double value) =>
        double.IsFinite(value)
            ? Set(attribute, new ContextAttribute { Name = attribute, Kind = AttributeKind.Number, Number = value })
            : Set(attribute, null);

    /// <summary>Adds an integer, which is compared exactly.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    public RouteContext With(string attribute, long value) =>
        Set(attribute, new ContextAttribute { Name = attribute, Kind = AttributeKind.Integer, Integer = value });

    /// <summary>
    /// Adds an integer. One beyond 63 bits is sent as the nearest number: rules that compare such ids exactly take them as texts.
    /// </summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    public RouteContext With(string attribute, ulong value) =>
        value <= long.MaxValue ? With(attribute, (long)value) : With(attribute, (double)value);

    /// <summary>Adds yes or no.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    public RouteContext With(string attribute, bool value) =>
        Set(attribute, new ContextAttribute { Name = attribute, Kind = AttributeKind.Boolean, Integer = value ? 1 : 0 });

    private RouteContext Set(string name, ContextAttribute? attribute)
    {
        ArgumentNullException.ThrowIfNull(name);
        var others = Attributes.IsDefault ? [] : Attributes.RemoveAll(one => one.Name == name);
        return this with { Attributes = attribute is { } added ? others.Add(added) : others };
    }
}

/// <summary>One attribute of a user.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orchestrator.ContextAttribute")]
public readonly record struct ContextAttribute
{
    /// <summary>Name, as segments write it.</summary>
    [Id(0)]
    public string Name { get; init; }

    /// <summary>The field that holds the value.</summary>
    [Id(1)]
    public AttributeKind Kind { get; init; }

    /// <summary>Value of a text.</summary>
    [Id(2)]
    public string? Text { get; init; }

    /// <summary>Value of a number.</summary>
    [Id(3)]
    public double Number { get; init; }

    /// <summary>Value of an integer; 1 and 0 for yes and no.</summary>
    [Id(4)]
    public long Integer { get; init; }

    /// <summary>Name and value as display text.</summary>
    public override string ToString() => Kind switch
    {
        AttributeKind.Text => $"{Name}=\"{Text}\"",
        AttributeKind.Number => string.Create(CultureInfo.InvariantCulture, $"{Name}={Number}"),
        AttributeKind.Integer => string.Create(CultureInfo.InvariantCulture, $"{Name}={Integer}"),
        AttributeKind.Boolean => $"{Name}={(Integer == 0 ? "false" : "true")}",
        _ => $"{Name}=?",
    };
}

/// <summary>
/// Kind of an attribute's value. Numbers on the wire stay as they are; a kind that a silo does not know counts as missing.
/// </summary>
[GenerateSerializer]
[Alias("orchestrator.AttributeKind")]
public enum AttributeKind : byte
{
    /// <summary>No value.</summary>
    Missing = 0,

    /// <summary>A text.</summary>
    Text = 1,

    /// <summary>A number, as a double.</summary>
    Number = 2,

    /// <summary>An integer of 64 bits.</summary>
    Integer = 3,

    /// <summary>Yes or no.</summary>
    Boolean = 4,
}
