using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Domain.Events;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>A process that appends is killed again and again; what it acknowledged is there every time.</summary>
public sealed class KillTests
{
    private const int Rounds = 15;
    private const int Workers = 32;

    [Fact]
    public async Task A_killed_process_loses_no_acknowledged_event()
    {
        using var folder = new Folder();
        var random = new Random(20310504);
        var acknowledged = new Dictionary<(string Stream, long Version), (long Position, string Hash)>();

        for (var round = 1; round <= Rounds; round++)
        {
            var before = acknowledged.Count;
            using (var writer = WriterProcess.Start(folder.Path, "append", Workers.ToString()))
            {
                await KillAfter(random.Next(1, 400), writer, acknowledged);
            }

            Assert.True(acknowledged.Count > before, $"round {round}: the process acknowledged nothing");
            await Check(folder, acknowledged, round);
        }
    }

    private static async Task KillAfter(int lines, WriterProcess writer, Dictionary<(string, long), (long, string)> acknowledged)
    {
        using var patience = new CancellationTokenSource(Some.Patience);

        // The lines after the kill count too: they were acknowledged and on their way.
        for (var read = 0; await writer.Output.ReadLineAsync(patience.Token) is { } line; read++)
        {
            // The very last one may be cut.
            if (line.Split(' ') is [var stream, var version, var position, { Length: 64 } hash])
            {
                acknowledged.Add((stream, long.Parse(version)), (long.Parse(position), hash));
            }

            if (read == lines)
            {
                writer.Kill();
            }
        }

        var (code, errors) = await writer.Ended();
        Assert.True(code == 128 + 9, $"exit code {code}: {errors}");
    }

    private static async Task Check(
        Folder folder, Dictionary<(string Stream, long Version), (long Position, string Hash)> acknowledged, int round)
    {
        // Opening at all shows that the lock went with the process.
        await using var store = SqliteStore.Open(folder.Path, NullLogger.Instance);
        var log = SqliteEventLog.On(store, TimeProvider.System);
        var all = await log.ReadAll(0, int.MaxValue);
        var found = all.ToDictionary(e => (e.Stream, e.Version));

        foreach (var (key, (position, hash)) in acknowledged)
        {
            // The hash covers every byte of the event, and the chain below recomputes it.
            Assert.True(found.TryGetValue(key, out var e), $"round {round}: {key} was acknowledged and is gone");
            Assert.Equal((position, hash), (e.Position, Convert.ToHexString(e.Hash.Span)));
        }

        foreach (var stream in all.Select(e => e.Stream).Distinct())
        {
            Assert.Null(HashChain.FirstBroken(await log.ReadStream(stream)));
        }
    }
}
