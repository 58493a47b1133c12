using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// A definition as JSON in the schema of plans: title and balance are beside the keys of the one rule. This reads stored definitions, so
/// it stops at the first unknown key; input of people goes through the plan's reader, which reports all errors at once.
/// </summary>
internal sealed class SegmentDefinitionJson : JsonConverter<SegmentDefinition>
{
    /// <summary>The stored form.</summary>
    public static byte[] Write(SegmentDefinition definition) => JsonSerializer.SerializeToUtf8Bytes(definition);

    public override SegmentDefinition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        return new SegmentDefinition(
            root.TryGetProperty("title", out var title) ? title.GetString() : null,
            Rule(root),
            root.TryGetProperty("balance", out var balance) ? ReadBalance(balance) : null);
    }

    public override void Write(Utf8JsonWriter writer, SegmentDefinition value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Title is not null)
        {
            writer.WriteString("title", value.Title);
        }

        WriteRule(writer, value.Rule);
        if (value.Balance is { } balance)
        {
            WriteBalance(writer, balance);
        }

        writer.WriteEndObject();
    }

    private static SegmentRule Rule(JsonElement rule)
    {
        foreach (var property in rule.EnumerateObject())
        {
            switch (property.Name)
            {
                case "any":
                    return new SegmentRule.Any([.. property.Value.EnumerateArray().Select(Rule)]);
                case "all":
                    return new SegmentRule.All([.. property.Value.EnumerateArray().Select(Rule)]);
                case "not":
                    return new SegmentRule.Not(Rule(property.Value));
                case "optedIn" when property.Value.ValueKind == JsonValueKind.True:
                    return new SegmentRule.OptedIn();
                case "attribute":
                    return new SegmentRule.Attribute(property.Value.GetString()!, AttributeTestJson.Read(rule));
            }
        }

        throw new JsonException("a segment rule is any, all, not, optedIn or attribute");
    }

    private static void WriteRule(Utf8JsonWriter writer, SegmentRule rule)
    {
        switch (rule)
        {
            case SegmentRule.Any any:
                WriteRules(writer, "any", any.Rules);
                break;
            case SegmentRule.All all:
                WriteRules(writer, "all", all.Rules);
                break;
            case SegmentRule.Not not:
                writer.WriteStartObject("not");
                WriteRule(writer, not.Rule);
                writer.WriteEndObject();
                break;
            case SegmentRule.OptedIn:
                writer.WriteBoolean("optedIn", true);
                break;
            case SegmentRule.Attribute attribute:
                writer.WriteString("attribute", attribute.Name);
                AttributeTestJson.Write(writer, attribute.Test);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule), rule, null);
        }
    }

    private static void WriteRules(Utf8JsonWriter writer, string name, ImmutableArray<SegmentRule> rules)
    {
        writer.WriteStartArray(name);
        foreach (var rule in rules)
        {
            writer.WriteStartObject();
            WriteRule(writer, rule);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Balance ReadBalance(JsonElement balance) => new(
        [.. balance.GetProperty("by").EnumerateArray().Select(name => name.GetString()!)],
        Share(balance.GetProperty("cap")),
        balance.TryGetProperty("population", out var population)
            && !(population.ValueKind == JsonValueKind.String && population.ValueEquals(Balance.MeasuredWord)) ? Share(population) : 1,
        balance.TryGetProperty("caps", out var caps)
            ? [.. caps.EnumerateObject().Select(cap => new StratumCap(cap.Name, Share(cap.Value)))]
            : [])
    {
        Measured = population.ValueKind == JsonValueKind.String && population.ValueEquals(Balance.MeasuredWord),
    };

    private static void WriteBalance(Utf8JsonWriter writer, Balance balance)
    {
        writer.WriteStartObject("balance");
        writer.WriteStartArray("by");
        foreach (var name in balance.By)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteString("cap", Percent(balance.Cap));
        if (balance.Measured)
        {
            writer.WriteString("population", Balance.MeasuredWord);
        }
        else if (balance.Population != 1)
        {
            writer.WriteString("population", Percent(balance.Population));
        }

        if (!balance.Caps.IsDefaultOrEmpty)
        {
            writer.WriteStartObject("caps");
            foreach (var cap in balance.Caps)
            {
                writer.WriteString(cap.Stratum, Percent(cap.Cap));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static string Percent(double share) => ((decimal)share * 100).ToString("0.#############", CultureInfo.InvariantCulture) + "%";

    private static double Share(JsonElement share)
    {
        if (share.ValueKind == JsonValueKind.Number)
        {
            return share.GetDouble();
        }

        var text = share.GetString()!;
        return text.EndsWith('%') && decimal.TryParse(
            text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            ? (double)(percent / 100)
            : throw new JsonException("not a share");
    }
}

/// <summary>Comparisons of two definitions.</summary>
public static class SegmentDefinitions
{
    /// <summary>Hash of the rule alone: counts under one rule are not valid for another.</summary>
    public static string RuleHash(SegmentDefinition definition) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(SegmentDefinitionJson.Write(new SegmentDefinition(null, definition.Rule))));

    /// <summary>True when both define the same users, whatever their titles.</summary>
    public static bool SameUsers(SegmentDefinition one, SegmentDefinition other) =>
        SegmentDefinitionJson.Write(one with { Title = null }).AsSpan()
            .SequenceEqual(SegmentDefinitionJson.Write(other with { Title = null }));
}
