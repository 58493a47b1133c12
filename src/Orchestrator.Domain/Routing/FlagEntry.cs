using System.Text;
using System.Text.Json;

namespace Orchestrator.Domain.Routing;

/// <summary>One flag of an environment, ready to be asked.</summary>
public sealed class FlagEntry
{
    private byte[]? _jsonKey;
    private byte[]? _jsonMetadata;

    internal FlagEntry(string key, string json)
    {
        Key = key;
        StaticJson = json;
        StaticValue = Encoding.UTF8.GetBytes(json);
        TakenBack = Included = [];
    }

    internal FlagEntry(RoutedFlag route, NameIndex segments, FlagEntry? before)
    {
        Key = route.Flag;
        Route = route;
        StaticValue = [];
        Salted = new Bucket(route.Salt);
        Returning = new Bucket(route.Salt + ":return");
        TakenBack = Numbers(route.TakenBack, segments);
        Included = Numbers(route.Included, segments);
        Served = before?.Served ?? new ServedTally();
    }

    /// <summary>The flag's key.</summary>
    public string Key { get; }

    /// <summary>What its rollout says; null for a static flag.</summary>
    public RoutedFlag? Route { get; }

    /// <summary>The raw JSON value of a static flag; null for a routed one.</summary>
    public string? StaticJson { get; }

    /// <summary>The key as a JSON text with its quotes, UTF-8.</summary>
    public ReadOnlySpan<byte> JsonKey => _jsonKey ??= Json(Key);

    /// <summary>
    /// The start of a flat JSON object that says where the answer comes from, UTF-8: <c>{"rollout":"r","version":3,"phase":"p","step":"s",</c>,
    /// or just <c>{</c> for a static flag. The position follows. Written at the first question, not for each change of a flag nobody asks for.
    /// </summary>
    public ReadOnlySpan<byte> JsonMetadata => _jsonMetadata ??= Metadata();

    /// <summary>What this process answered for a routed flag, through all its routes; null for a static one.</summary>
    public ServedTally? Served { get; }

    internal byte[] StaticValue { get; }

    internal Bucket Salted { get; }

    /// <summary>The order in which users come back from legacy after a stale time: another than that of the percentage.</summary>
    internal Bucket Returning { get; }

    /// <summary>Numbers of segments in the environment.</summary>
    internal int[] TakenBack { get; }

    /// <summary>Numbers of segments in the environment.</summary>
    internal int[] Included { get; }

    private static int[] Numbers(IReadOnlyCollection<string> keys, NameIndex segments) =>
        keys.Count == 0 ? [] : [.. keys.Select(segments.Find)];

    private static byte[] Json(string text) => JsonSerializer.SerializeToUtf8Bytes(text);

    private byte[] Metadata()
    {
        if (Route is null)
        {
            return "{"u8.ToArray();
        }

        var text = $"{{\"rollout\":{JsonSerializer.Serialize(Route.Rollout)},\"version\":{Route.RolloutVersion},"
            + (Route.Phase is null ? "" : $"\"phase\":{JsonSerializer.Serialize(Route.Phase)},")
            + (Route.Step is null ? "" : $"\"step\":{JsonSerializer.Serialize(Route.Step)},");
        return Encoding.UTF8.GetBytes(text);
    }
}
