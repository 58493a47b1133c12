using System.Net.Http.Json;
using System.Text;
using Npgsql;
using Orchestrator.Domain.Audit;
using Orchestrator.Domain.Events;
using Orchestrator.Silo.Maintenance;
using Orchestrator.Silo.Tests.Cluster;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Silo.Tests.Recovery;

/// <summary>A log that goes out as lines and comes into an empty store with the same hashes.</summary>
public sealed class ExportImportTests(ClusterDatabase database) : IAsyncDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("export-");
    private SiloHost _silo = null!;

    private string Export => Path.Combine(_place.FullName, "log.ndjson");

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        _place.Delete(recursive: true);
    }

    [Fact]
    public async Task Imported_log_has_the_events_the_positions_and_the_ends_of_the_exported_one()
    {
        await Begin(rollback: true);
        var checkpoint = await Checkpoint();
        await _silo.StopForGood();
        var before = Events(_silo.Folder);
        Assert.Contains($"Exported {before.Count} events", await Maintain("export", "--to", Export, Data(_silo.Folder)), StringComparison.Ordinal);
        var other = Path.Combine(_place.FullName, "other");

        var said = await Maintain("import", "--from", Export, "--checkpoint", checkpoint, Data(other));

        Assert.Contains("the whole log. Every chain fits.", said, StringComparison.Ordinal);
        Assert.Contains("Nothing of the checkpoint", said, StringComparison.Ordinal);
        Assert.Contains("there is nothing to confirm", said, StringComparison.Ordinal);
        Assert.Equal(Lines(before), Lines(Events(other)));
        Assert.Equal(Ends(before), Ends(Events(other)));
        Assert.Contains("nothing of the checkpoint", await Maintain("verify", "--checkpoint", checkpoint, Data(other), $"--key={Path.Combine(_silo.Folder, "checkpoint-key.pem")}"), StringComparison.Ordinal);
        using (var reader = EmbeddedReader.Open(other))
        {
            Assert.True(reader.Timeline() > 1);
        }

        await using var begun = await SiloHost.Start(folder: other, time: _silo.Time);
        Assert.Equal("rolledBack", (await begun.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
        Assert.True((await begun.Admin.GetAsync("/api/v1/verify").Json()).GetProperty("intact").GetBoolean());
    }

    [Fact]
    public async Task Log_goes_to_a_cluster_and_back_line_by_line_and_users_wait_on_legacy()
    {
        await Begin(rollback: false);
        await _silo.StopForGood();
        await Maintain("export", "--to", Export, Data(_silo.Folder));
        var before = Events(_silo.Folder);
        var settings = await database.New();

        var said = await Maintain(["import", "--from", Export, .. settings]);

        Assert.Contains("Held at legacy until an operator confirms", said, StringComparison.Ordinal);
        IReadOnlyList<RecordedEvent> after;
        await using (var reader = await PostgresReader.Open(settings[1].Split('=', 2)[1]))
        {
            after = await reader.ReadAll(0, int.MaxValue, CancellationToken.None);
        }

        Assert.Equal(Lines(before), Lines(after).Take(before.Count));
        Assert.All(after.Skip(before.Count), e => Assert.Equal(("rollout/r1", "restore"), (e.Stream, e.Actor.Id)));
        NpgsqlConnection.ClearAllPools();
        await using (var node = await SiloHost.Start(time: _silo.Time, settings: ["--Orchestrator:Cluster:Drain=0s", .. settings]))
        {
            var rollout = await node.Admin.GetAsync("/api/v1/rollouts/r1").Json();
            Assert.Equal("paused", rollout.GetProperty("status").GetString());
            Assert.StartsWith("An export was imported whose newest event", rollout.GetProperty("held").GetProperty("reason").GetString(), StringComparison.Ordinal);
            await node.Admin.PutAsJsonAsync("/api/v1/environments/production/flags/after", new { value = true }).Json();
            Assert.True((await node.Admin.GetAsync("/api/v1/verify").Json()).GetProperty("intact").GetBoolean());
        }

        var back = Path.Combine(_place.FullName, "back.ndjson");
        await Maintain(["export", "--to", back, .. settings]);
        await Maintain("import", "--from", back, Data(Path.Combine(_place.FullName, "back")));
        Assert.Equal(Lines(before), Lines(Events(Path.Combine(_place.FullName, "back"))).Take(before.Count));
    }

    [Fact]
    public async Task Filled_store_changed_export_and_one_with_hidden_members_are_refused()
    {
        await Begin(rollback: true);
        await Maintain("export", "--to", Export, Data(_silo.Folder));
        var hiding = await _silo.Admin.GetByteArrayAsync("/api/v1/audit?format=ndjson");
        var other = Path.Combine(_place.FullName, "other");
        await _silo.StopForGood();
        Refused<IOException>("is not empty", Export, Data(_silo.Folder));
        var filled = await database.New();
        await Maintain(["import", "--from", Export, .. filled]);
        Refused<IOException>("is not empty", [Export, .. filled]);

        var lines = await File.ReadAllLinesAsync(Export);
        await Changed("does not have the hash", other, [.. lines[..2], lines[2].Replace("\"commandId\":\"", "\"commandId\":\"x", StringComparison.Ordinal), .. lines[3..]]);
        await Changed("The last line of the export is missing", other, lines[..^1]);
        await Changed("first line is not the head", other, lines[1..]);
        await File.WriteAllBytesAsync(Export, hiding);
        Refused<InvalidDataException>("lacks members", Export, Data(other));
        Assert.False(File.Exists(Path.Combine(other, "orchestrator.db")));
        Assert.Empty(Directory.Exists(other) ? Directory.GetDirectories(other) : []);
    }

    [Fact]
    public async Task Export_of_one_stream_has_that_stream_whole()
    {
        await Begin(rollback: false);
        await Maintain("export", "--to", Export, "--object", "rollout/r1", Data(_silo.Folder));
        var verifier = new ExportVerifier();
        foreach (var line in await File.ReadAllLinesAsync(Export))
        {
            verifier.Add(Encoding.UTF8.GetBytes(line));
        }

        var report = verifier.Finish();
        Assert.Empty(report.Findings);
        Assert.Equal(("rollout/r1", 1, 0), (report.Head!.Object, report.Streams, report.Hidden));
        await Assert.ThrowsAsync<IOException>(() => Maintain("export", "--to", Export, Data(_silo.Folder)));
        await Assert.ThrowsAsync<IOException>(() => Maintain("export", "--to", Export + "2", "--object", "rollout/none", Data(_silo.Folder)));
    }

    private async Task Begin(bool rollback)
    {
        _silo = await SiloHost.Start();
        await _silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await _silo.Admin.PutAsJsonAsync("/api/v1/environments/production/flags/odd", new { value = new { b = 1.0, text = "\u00e9\u2028" } }).Json();
        await _silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await _silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        if (rollback)
        {
            await _silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        }
    }

    private async Task<string> Checkpoint()
    {
        var file = Path.Combine(_place.FullName, "checkpoint.json");
        await File.WriteAllBytesAsync(file, await _silo.Admin.GetByteArrayAsync("/api/v1/checkpoint"));
        return file;
    }

    private async Task Changed(string why, string folder, string[] lines)
    {
        await File.WriteAllLinesAsync(Export, lines);
        Refused<InvalidDataException>(why, Export, Data(folder));
    }

    private static void Refused<T>(string why, string file, params string[] more)
        where T : Exception
    {
        var failure = Assert.ThrowsAsync<T>(() => Maintain(["import", "--from", file, .. more])).GetAwaiter().GetResult();
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", failure.Message, StringComparison.Ordinal);
    }

    private static void Refused<T>(string why, string[] file)
        where T : Exception => Refused<T>(why, file[0], file[1..]);

    private static string Data(string folder) => $"--Orchestrator:Data={folder}";

    private static async Task<string> Maintain(params string[] args)
    {
        var output = new StringWriter();
        Assert.Equal(0, await MaintenanceCommands.Run(args, output));
        return output.ToString();
    }

    private static IReadOnlyList<RecordedEvent> Events(string folder)
    {
        using var reader = EmbeddedReader.Open(folder);
        return reader.ReadAll(0, int.MaxValue, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static IEnumerable<string> Lines(IEnumerable<RecordedEvent> events) =>
        events.Select(e => Encoding.UTF8.GetString(ExportLine.Write(e)));

    private static Dictionary<string, string> Ends(IEnumerable<RecordedEvent> events) =>
        events.GroupBy(e => e.Stream).ToDictionary(one => one.Key, one => Convert.ToHexString(one.Last().Hash.Span));
}
