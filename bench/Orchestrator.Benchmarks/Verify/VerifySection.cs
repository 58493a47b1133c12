using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Integrity;
using Orchestrator.Grains.Log;
using Orchestrator.PostgreSql;
using Orchestrator.Storage;

namespace Orchestrator.Benchmarks.Verify;

/// <summary>Speed at which the chains of a whole log are computed, on both stores.</summary>
internal static class VerifySection
{
    private const int Streams = 200;
    private const int Batch = 100;
    private const int Promise = 20_000;

    private static int Events => Repetition.Short ? 20_000 : 200_000;

    public static async Task<Section> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("bench-verify-");
        await using var postgres = await PostgresServer.StartAsync(fsync: false);
        var embedded = await Measure(services => services.AddEmbeddedStorage(folder.FullName));
        var database = await postgres.CreateDatabase();
        var cluster = await Measure(services => services.AddPostgresStorage(database));
        folder.Delete(recursive: true);
        return Section.Of(
            "Verify the log",
            $"`GET /api/v1/verify` without HTTP: {Events} events of 400 bytes in {Streams} streams, one after the other on one thread, every hash computed; the slowest of three walks.",
            Row.AtLeast("embedded store", embedded, Promise, " events/s", "0"),
            Row.AtLeast("PostgreSQL on the same machine", cluster, Promise, " events/s", "0"));
    }

    private static async Task<double> Measure(Action<IServiceCollection> storage)
    {
        var services = new ServiceCollection();
        storage(services);
        await using var provider = services.BuildServiceProvider();
        var log = provider.GetRequiredService<IEventLog>();
        await Fill(log);
        var head = await log.Head();
        var slowest = double.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var report = await LogAudit.Walk(log.ReadAll, head, new ChainWalk());
            slowest = Math.Min(slowest, report.Events / Stopwatch.GetElapsedTime(began).TotalSeconds);
            if (report.Events != Events || !report.Broken.IsEmpty)
            {
                throw new InvalidOperationException($"{report.Events} of {Events} events were walked over, and {report.Broken.Length} streams are broken.");
            }
        }

        return slowest;
    }

    private static async Task Fill(IEventLog log)
    {
        var data = Encoding.UTF8.GetBytes($$"""{"from":10,"to":25,"phase":"gradual","step":"3a-25","text":"{{new string('x', 330)}}"}""");
        var metadata = new AppendMetadata(DateTimeOffset.UnixEpoch, Actor.User("key-1", "engineering"), "command-1", null, "correlation-1");
        for (var written = 0; written < Events; written += Batch)
        {
            var (stream, version) = (written / Batch % Streams, written / Batch / Streams * Batch);
            NewEvent[] events = [.. Enumerable.Range(0, Batch).Select(_ => new NewEvent(Guid.CreateVersion7(), "rollout.percentage_raised", 1, data))];
            if (await log.Append($"rollout/r{stream}", version, events, metadata) is not AppendOutcome.Appended)
            {
                throw new InvalidOperationException("The log took no events.");
            }
        }
    }
}
