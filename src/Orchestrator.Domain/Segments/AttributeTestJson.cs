using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// A test of an attribute as one key beside <c>attribute</c>. A test that is younger than a released build has a key of its own: an older
/// build refuses the rule with an unknown key, but would ignore an unknown word beside a known key.
/// </summary>
internal static class AttributeTestJson
{
    private const string DayForm = "yyyy-MM-dd";

    /// <summary>
    /// Key of an integer that a double does not hold, written as a text: readers of JSON round such numbers, and so did earlier builds.
    /// </summary>
    private const string IntegerKey = "integer";

    // In the order of Comparison.
    private static readonly string[] Numbers = ["below", "atMost", "numberEquals", "atLeast", "above"];
    private static readonly string[] Versions = ["versionBelow", "versionAtMost", "versionEquals", "versionAtLeast", "versionAbove"];
    private static readonly string[] DottedVersions = ["dottedBelow", "dottedAtMost", "dottedEquals", "dottedAtLeast", "dottedAbove"];
    private static readonly string[] Dates = ["before", "onOrBefore", "onInstant", "onOrAfter", "after"];
    private static readonly string[] Days = ["beforeDay", "onOrBeforeDay", "onDay", "onOrAfterDay", "afterDay"];

    public static AttributeTest Read(JsonElement rule)
    {
        foreach (var property in rule.EnumerateObject())
        {
            if (Read(property.Name, property.Value) is { } test)
            {
                return test;
            }
        }

        throw new JsonException("an attribute needs a test");
    }

    public static void Write(Utf8JsonWriter writer, AttributeTest test)
    {
        switch (test)
        {
            case AttributeTest.EqualTo equal:
                writer.WritePropertyName("equals");
                Write(writer, equal.Value);
                break;
            case AttributeTest.OneOf one:
                writer.WriteStartArray("in");
                foreach (var value in one.Values)
                {
                    Write(writer, value);
                }

                writer.WriteEndArray();
                break;
            case AttributeTest.OneOfIgnoringCase one:
                Write(writer, "inIgnoringCase", one.Texts);
                break;
            case AttributeTest.StartsWith start:
                writer.WriteString(start.IgnoreCase ? "startsWithIgnoringCase" : "startsWith", start.Text);
                break;
            case AttributeTest.EndsWith end:
                writer.WriteString(end.IgnoreCase ? "endsWithIgnoringCase" : "endsWith", end.Text);
                break;
            case AttributeTest.Contains contains:
                writer.WriteString(contains.IgnoreCase ? "containsIgnoringCase" : "contains", contains.Text);
                break;
            case AttributeTest.Matches matches:
                writer.WriteString(matches.Pattern.IgnoreCase ? "matchesIgnoringCase" : "matches", matches.Pattern.Text);
                break;
            case AttributeTest.InNetworks within:
                Write(writer, "inNetworks", within.Networks.Select(network => network.ToString()));
                break;
            case AttributeTest.Number number:
                writer.WriteNumber(Name(number.Comparison, Numbers), number.Value);
                break;
            case AttributeTest.Integer integer:
                writer.WritePropertyName(Name(integer.Comparison, Numbers));
                Write(writer, AttributeValue.Of(integer.Value));
                break;
            case AttributeTest.Version version:
                writer.WriteString(Name(version.Comparison, Versions), version.Value);
                break;
            case AttributeTest.Dotted dotted:
                writer.WriteString(Name(dotted.Comparison, DottedVersions), dotted.Value);
                break;
            case AttributeTest.Date date:
                writer.WriteString(Name(date.Comparison, Dates), date.Value);
                break;
            case AttributeTest.Day day:
                writer.WriteString(Name(day.Comparison, Days), day.Value.ToString(DayForm, CultureInfo.InvariantCulture));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(test), test, null);
        }
    }

    private static AttributeTest? Read(string key, JsonElement value) => key switch
    {
        "equals" => new AttributeTest.EqualTo(Value(value)),
        "in" => new AttributeTest.OneOf([.. value.EnumerateArray().Select(Value)]),
        "inIgnoringCase" => new AttributeTest.OneOfIgnoringCase([.. value.EnumerateArray().Select(one => one.GetString()!)]),
        "startsWith" => new AttributeTest.StartsWith(value.GetString()!),
        "startsWithIgnoringCase" => new AttributeTest.StartsWith(value.GetString()!, IgnoreCase: true),
        "endsWith" => new AttributeTest.EndsWith(value.GetString()!),
        "endsWithIgnoringCase" => new AttributeTest.EndsWith(value.GetString()!, IgnoreCase: true),
        "contains" => new AttributeTest.Contains(value.GetString()!),
        "containsIgnoringCase" => new AttributeTest.Contains(value.GetString()!, IgnoreCase: true),
        "matches" => new AttributeTest.Matches(Pattern(value, ignoreCase: false)),
        "matchesIgnoringCase" => new AttributeTest.Matches(Pattern(value, ignoreCase: true)),
        "inNetworks" => new AttributeTest.InNetworks([.. value.EnumerateArray().Select(Network)]),
        _ when Ordered(key, Numbers) is { } by => Value(value) is { Integer: { } integer }
            ? new AttributeTest.Integer(by, integer)
            : new AttributeTest.Number(by, value.GetDouble()),
        _ when Ordered(key, Versions) is { } by => new AttributeTest.Version(by, value.GetString()!),
        _ when Ordered(key, DottedVersions) is { } by => new AttributeTest.Dotted(by, value.GetString()!),
        _ when Ordered(key, Dates) is { } by => new AttributeTest.Date(by, value.GetDateTimeOffset()),
        _ when Ordered(key, Days) is { } by =>
            new AttributeTest.Day(by, DateOnly.ParseExact(value.GetString()!, DayForm, CultureInfo.InvariantCulture)),
        _ => null,
    };

    private static Comparison? Ordered(string key, string[] names) => Array.IndexOf(names, key) is >= 0 and var at ? (Comparison)at : null;

    private static TextPattern Pattern(JsonElement value, bool ignoreCase) =>
        TextPattern.TryRead(value.GetString()!, ignoreCase, out var pattern) is { } problem ? throw new JsonException($"the pattern {problem}") : pattern;

    private static Network Network(JsonElement value) =>
        Segments.Network.Read(value.GetString()!, out var network) is { } problem ? throw new JsonException($"the range {problem}") : network;

    private static AttributeValue Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => AttributeValue.Of(value.GetString()!),
        JsonValueKind.Number => AttributeValue.Of(value.GetDouble()),
        JsonValueKind.True => AttributeValue.Of(true),
        JsonValueKind.False => AttributeValue.Of(false),
        JsonValueKind.Object when long.TryParse(
            value.GetProperty(IntegerKey).GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) =>
            AttributeValue.Of(integer),
        _ => throw new JsonException("not a constant"),
    };

    private static void Write(Utf8JsonWriter writer, AttributeValue value)
    {
        if (value.Text is not null)
        {
            writer.WriteStringValue(value.Text);
        }
        else if (value.Integer is { } integer)
        {
            writer.WriteStartObject();
            writer.WriteString(IntegerKey, integer.ToString(CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }
        else if (value.Number is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteBooleanValue(value.Boolean.GetValueOrDefault());
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static string Name(Comparison comparison, string[] names) => names[(int)comparison];
}
