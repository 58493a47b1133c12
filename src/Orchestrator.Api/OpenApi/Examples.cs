using System.Text.Json.Nodes;

namespace Orchestrator.Api.OpenApi;

/// <summary>Examples of bodies and answers: recorded from a silo, cut to the first parts of long lists.</summary>
internal static class Examples
{
    private static readonly JsonObject All = Read();

    /// <summary>Example of a body; null without one.</summary>
    public static JsonNode? Body(string operation) => All[operation]?["body"]?.DeepClone();

    /// <summary>Example of an answer; null without one.</summary>
    /// <param name="operation">Method and path.</param>
    /// <param name="status">Status of the answer.</param>
    /// <param name="media">Media type of the answer.</param>
    public static JsonNode? Answer(string operation, int status, string media) => All[operation]?["answers"]?[$"{status} {media}"]?.DeepClone();

    private static JsonObject Read()
    {
        using var resource = typeof(Examples).Assembly.GetManifestResourceStream("Examples.json")!;
        return JsonNode.Parse(resource)!.AsObject();
    }
}
