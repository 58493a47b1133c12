using System.Text.Json;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.Tests.History;

/// <summary>
/// Rollouts that released versions really recorded (tests/Histories, as the API exports them). Every build must still read each
/// event and come to the same end: a change that breaks this breaks rollouts under way.
/// </summary>
public sealed class RecordedHistoryTests
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "Histories");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.ndjson").Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_recorded_history_folds_to_the_end_it_had(string file)
    {
        var stored = RolloutEvents.Catalog.Names.ToDictionary(name => name.Public, name => name.Stored);
        var state = RolloutState.Initial;
        foreach (var line in File.ReadLines(Path.Combine(Folder, file)))
        {
            var json = JsonDocument.Parse(line).RootElement;
            state = RolloutEvolution.Evolve(state, new Happened<RolloutEvent>(
                json.GetProperty("version").GetInt64(), json.GetProperty("at").GetDateTimeOffset(), Actor.System,
                RolloutEvents.Catalog.Read(Recorded(json, stored))));
        }

        var expected =
            JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file.Replace(".ndjson", ".expected.json", StringComparison.Ordinal)))).RootElement;
        Assert.Equal(expected.GetProperty("status").GetString(), state.Status.ToString(), ignoreCase: true);
        Assert.Equal(expected.GetProperty("version").GetInt64(), state.Version);
        Assert.Equal(expected.GetProperty("phase").GetString(), state.Phase!.Name);
        Assert.Equal(expected.GetProperty("step").GetString(), state.Step!.Name);
    }

    private static RecordedEvent Recorded(JsonElement json, Dictionary<string, string> stored) => new()
    {
        Position = json.GetProperty("position").GetInt64(),
        Stream = json.GetProperty("stream").GetString()!,
        Version = json.GetProperty("version").GetInt64(),
        Id = json.GetProperty("id").GetGuid(),
        Type = stored[json.GetProperty("type").GetString()!],
        Schema = json.GetProperty("schema").GetInt32(),
        At = json.GetProperty("at").GetDateTimeOffset(),
        Actor = Actor.System,
        Cause = null,
        Correlation = null,
        CommandId = "",
        Data = JsonSerializer.SerializeToUtf8Bytes(json.GetProperty("data")),
        Hash = default,
    };

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
