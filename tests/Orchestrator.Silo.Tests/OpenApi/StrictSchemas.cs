using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace Orchestrator.Silo.Tests.OpenApi;

/// <summary>The schemas of an OpenAPI document, without room for members that they do not name.</summary>
internal sealed class StrictSchemas
{
    private readonly JsonSchema _all;

    private StrictSchemas(JsonSchema all) => _all = all;

    /// <param name="document">The OpenAPI document.</param>
    /// <param name="more">Further schemas by name, such as those of operations.</param>
    public static async Task<StrictSchemas> Of(JsonElement document, IReadOnlyDictionary<string, JsonElement> more)
    {
        var definitions = new JsonObject();
        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            definitions[schema.Name] = Strict(schema.Value);
        }

        foreach (var (name, schema) in more)
        {
            definitions[name] = Strict(schema);
        }

        return new StrictSchemas(await JsonSchema.FromJsonAsync(new JsonObject { ["definitions"] = definitions }.ToJsonString()));
    }

    /// <summary>Faults of a JSON text against a schema; empty when it fits.</summary>
    public string[] Faults(string name, string json) => [.. _all.Definitions[name].Validate(json).Select(fault => $"{fault.Kind} at {fault.Path}")];

    private static JsonNode Strict(JsonElement schema)
    {
        var text = schema.GetRawText().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
        var node = JsonNode.Parse(text)!.AsObject();
        if (node.ContainsKey("properties"))
        {
            node["additionalProperties"] = false;
        }

        return node;
    }
}
