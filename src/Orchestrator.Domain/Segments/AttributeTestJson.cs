using System.Collections.Immutable;
using System.Text.Json;

namespace Orchestrator.Domain.Segments;

/// <summary>A test of an attribute as one key beside <c>attribute</c>.</summary>
internal static class AttributeTestJson
{
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
            case AttributeTest.StartsWith start:
                writer.WriteString("startsWith", start.Text);
                break;
            case AttributeTest.EndsWith end:
                writer.WriteString("endsWith", end.Text);
                break;
            case AttributeTest.Contains contains:
                writer.WriteString("contains", contains.Text);
                break;
            case AttributeTest.Number number:
                writer.WriteNumber(Name(number.Comparison, "below", "atMost", "numberEquals", "atLeast", "above"), number.Value);
                break;
            case AttributeTest.Version version:
                writer.WriteString(
                    Name(version.Comparison, "versionBelow", "versionAtMost", "versionEquals", "versionAtLeast", "versionAbove"), version.Value);
                break;
            case AttributeTest.Date date:
                writer.WriteString(Name(date.Comparison, "before", "onOrBefore", "onInstant", "onOrAfter", "after"), date.Value);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(test), test, null);
        }
    }

    private static AttributeTest? Read(string key, JsonElement value) => key switch
    {
        "equals" => new AttributeTest.EqualTo(Value(value)),
        "in" => new AttributeTest.OneOf([.. value.EnumerateArray().Select(Value)]),
        "startsWith" => new AttributeTest.StartsWith(value.GetString()!),
        "endsWith" => new AttributeTest.EndsWith(value.GetString()!),
        "contains" => new AttributeTest.Contains(value.GetString()!),
        "below" => new AttributeTest.Number(Comparison.Below, value.GetDouble()),
        "atMost" => new AttributeTest.Number(Comparison.AtMost, value.GetDouble()),
        "numberEquals" => new AttributeTest.Number(Comparison.Equal, value.GetDouble()),
        "atLeast" => new AttributeTest.Number(Comparison.AtLeast, value.GetDouble()),
        "above" => new AttributeTest.Number(Comparison.Above, value.GetDouble()),
        "versionBelow" => new AttributeTest.Version(Comparison.Below, value.GetString()!),
        "versionAtMost" => new AttributeTest.Version(Comparison.AtMost, value.GetString()!),
        "versionEquals" => new AttributeTest.Version(Comparison.Equal, value.GetString()!),
        "versionAtLeast" => new AttributeTest.Version(Comparison.AtLeast, value.GetString()!),
        "versionAbove" => new AttributeTest.Version(Comparison.Above, value.GetString()!),
        "before" => new AttributeTest.Date(Comparison.Below, value.GetDateTimeOffset()),
        "onOrBefore" => new AttributeTest.Date(Comparison.AtMost, value.GetDateTimeOffset()),
        "onInstant" => new AttributeTest.Date(Comparison.Equal, value.GetDateTimeOffset()),
        "onOrAfter" => new AttributeTest.Date(Comparison.AtLeast, value.GetDateTimeOffset()),
        "after" => new AttributeTest.Date(Comparison.Above, value.GetDateTimeOffset()),
        _ => null,
    };

    private static AttributeValue Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => AttributeValue.Of(value.GetString()!),
        JsonValueKind.Number => AttributeValue.Of(value.GetDouble()),
        JsonValueKind.True => AttributeValue.Of(true),
        JsonValueKind.False => AttributeValue.Of(false),
        _ => throw new JsonException("not a constant"),
    };

    private static void Write(Utf8JsonWriter writer, AttributeValue value)
    {
        if (value.Text is not null)
        {
            writer.WriteStringValue(value.Text);
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

    private static string Name(Comparison comparison, string below, string atMost, string equal, string atLeast, string above) => comparison switch
    {
        Comparison.Below => below,
        Comparison.AtMost => atMost,
        Comparison.Equal => equal,
        Comparison.AtLeast => atLeast,
        _ => above,
    };
}
