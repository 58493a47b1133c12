using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Api.Segments;

/// <summary>
/// The question <c>{ flag?, context }</c> as a segment grain takes it. Read after <see cref="Ofrep.ContextBody"/>, which says what is wrong
/// with a body.
/// </summary>
/// <param name="Flag">Key of the flag; null where none was asked for.</param>
/// <param name="Context">The user.</param>
internal sealed record SegmentQuestion(string? Flag, RouteContext Context)
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 8 };

    /// <summary>Reads it; null for a flag that is no text.</summary>
    public static SegmentQuestion? Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Limits);
        string? flag = null;
        var context = new RouteContext();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            var name = Name(member);
            if (name == "flag")
            {
                if (!TryText(member.Value, out flag))
                {
                    return null;
                }
            }
            else if (name == "context" && member.Value.ValueKind == JsonValueKind.Object)
            {
                context = User(member.Value);
            }
        }

        return new SegmentQuestion(flag, context);
    }

    private static RouteContext User(JsonElement context)
    {
        string? key = null;
        var attributes = new Dictionary<string, ContextAttribute>(StringComparer.Ordinal);
        foreach (var member in context.EnumerateObject())
        {
            if (Name(member) is not { } name)
            {
                continue;
            }

            if (name == "targetingKey")
            {
                TryText(member.Value, out key);
            }
            else
            {
                // Of a name that stands twice the later value holds; null, lists and objects count as missing.
                attributes[name] = Attribute(name, member.Value);
            }
        }

        return new RouteContext { TargetingKey = key, Attributes = [.. attributes.Values.Where(one => one.Kind != AttributeKind.Missing)] };
    }

    private static ContextAttribute Attribute(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when TryText(value, out var text) =>
            new ContextAttribute { Name = name, Kind = AttributeKind.Text, Text = text },
        JsonValueKind.Number => Number(name, value),
        JsonValueKind.True => new ContextAttribute { Name = name, Kind = AttributeKind.Boolean, Integer = 1 },
        JsonValueKind.False => new ContextAttribute { Name = name, Kind = AttributeKind.Boolean },
        _ => default,
    };

    /// <summary>As exactly as OFREP takes it: an integer that no double holds stays an integer.</summary>
    private static ContextAttribute Number(string name, JsonElement value)
    {
        if (!value.TryGetDouble(out var number) || !double.IsFinite(number))
        {
            return default;
        }

        long? integer = AttributeValue.IsExact(number) ? null
            : value.TryGetInt64(out var whole) ? whole
            : value.TryGetDecimal(out var exact) && decimal.IsInteger(exact) && exact is >= long.MinValue and <= long.MaxValue ? (long)exact
            : null;
        return integer is { } kept ? new ContextAttribute { Name = name, Kind = AttributeKind.Integer, Integer = kept }
            : new ContextAttribute { Name = name, Kind = AttributeKind.Number, Number = number };
    }

    /// <summary>Null for half of a surrogate pair: no segment looks at such a name.</summary>
    private static string? Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// A text, null for null. False for any other value, and for half of a surrogate pair, which OFREP does not look at either where no
    /// segment does.
    /// </summary>
    private static bool TryText(JsonElement value, out string? text)
    {
        text = null;
        try
        {
            text = value.ValueKind is JsonValueKind.String ? value.GetString() : null;
            return value.ValueKind is JsonValueKind.String or JsonValueKind.Null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
