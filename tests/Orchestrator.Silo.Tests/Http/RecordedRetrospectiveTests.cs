using System.Text.Json;
using Orchestrator.Api.Rollouts.Retrospectives;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Retrospectives of the recorded histories, word for word: the approved texts lie beside them in tests/Histories.</summary>
public sealed class RecordedRetrospectiveTests
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "Histories");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.ndjson").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_recorded_history_is_told_as_was_approved(string name)
    {
        var told = MarkdownText.Of(Report.Of(Retrospective.Of(Events(name))));
        var approved = Path.Combine(Folder, name + ".retrospective.md");
        var received = Path.Combine(Path.GetTempPath(), name + ".retrospective.md");
        if (!File.Exists(approved) || File.ReadAllText(approved) != told)
        {
            File.WriteAllText(received, told);
        }

        Assert.True(File.Exists(approved), $"Nobody approved {received} yet: read it, and move it to {Folder}.");
        Assert.Equal(File.ReadAllText(approved), told);
    }

    private static IEnumerable<Happened<RolloutEvent>> Events(string name)
    {
        var stored = RolloutEvents.Catalog.Names.ToDictionary(one => one.Public, one => one.Stored);
        foreach (var json in File.ReadLines(Path.Combine(Folder, name + ".ndjson")).Select(line => JsonDocument.Parse(line).RootElement))
        {
            var actor = json.GetProperty("actor").Deserialize<Actor>(EventCatalog<RolloutEvent>.Json)!;
            var recorded = new RecordedEvent
            {
                Position = json.GetProperty("position").GetInt64(),
                Stream = json.GetProperty("stream").GetString()!,
                Version = json.GetProperty("version").GetInt64(),
                Id = json.GetProperty("id").GetGuid(),
                Type = stored[json.GetProperty("type").GetString()!],
                Schema = json.GetProperty("schema").GetInt32(),
                At = json.GetProperty("at").GetDateTimeOffset(),
                Actor = actor,
                Cause = null,
                Correlation = null,
                CommandId = "",
                Data = JsonSerializer.SerializeToUtf8Bytes(json.GetProperty("data")),
                Hash = default,
            };
            yield return RolloutEvents.Catalog.Replay(recorded);
        }
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Orchestrator.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no Orchestrator.sln above the tests");
        }

        return folder;
    }
}
