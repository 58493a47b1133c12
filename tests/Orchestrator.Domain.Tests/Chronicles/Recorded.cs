using System.Text.Json;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Tests.Plans;

namespace Orchestrator.Domain.Tests.Chronicles;

/// <summary>Recorded histories as a log has them.</summary>
internal static class Recorded
{
    private static readonly Dictionary<string, string> Stored =
        RolloutEvents.Catalog.Names.ToDictionary(name => name.Public, name => name.Stored);

    public static readonly string Folder = Path.Combine(Samples.Root, "tests", "Histories");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.ndjson").Select(file => Path.GetFileName(file)!)];

    public static List<RecordedEvent> Read(string file) => [.. File.ReadLines(Path.Combine(Folder, file))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Select(json => new RecordedEvent
        {
            Position = json.GetProperty("position").GetInt64(),
            Stream = json.GetProperty("stream").GetString()!,
            Version = json.GetProperty("version").GetInt64(),
            Id = json.GetProperty("id").GetGuid(),
            Type = Stored[json.GetProperty("type").GetString()!],
            Schema = json.GetProperty("schema").GetInt32(),
            At = json.GetProperty("at").GetDateTimeOffset(),
            Actor = json.GetProperty("actor").Deserialize<Actor>(EventCatalog<RolloutEvent>.Json)!,
            Cause = null,
            Correlation = null,
            CommandId = "",
            Data = JsonSerializer.SerializeToUtf8Bytes(json.GetProperty("data")),
            Hash = default,
        })];
}
