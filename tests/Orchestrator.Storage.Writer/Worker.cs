using System.Text;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Writer;

/// <summary>Appends for ever, in turns to a stream of its own and to one that all workers fight over.</summary>
internal sealed class Worker(IEventLog log, int number)
{
    private static readonly Lock Output = new();

    public async Task Run()
    {
        var streams = new[] { $"rollout/own-{number}", "rollout/shared" };
        var versions = new long[2];
        for (var turn = 0; ; turn++)
        {
            var of = turn % 2;
            NewEvent[] events = [.. Enumerable.Range(0, 1 + (turn % 3)).Select(i => Event(turn, i))];
            var metadata = new AppendMetadata(DateTimeOffset.UtcNow, Actor.User($"worker-{number}", "engineering"), Guid.NewGuid().ToString("N"));
            switch (await log.Append(streams[of], versions[of], events, metadata))
            {
                case AppendOutcome.Appended(var recorded):
                    versions[of] = recorded[^1].Version;
                    Acknowledge(recorded);
                    break;
                case AppendOutcome.Conflict(var actual):
                    versions[of] = actual;
                    break;
                case AppendOutcome.Unknown(var reason):
                    throw new IOException(reason);
            }
        }
    }

    private NewEvent Event(int turn, int index) => new(
        Guid.NewGuid(), "rollout.percentage_raised", 1,
        Encoding.UTF8.GetBytes($$"""{"worker":{{number}},"turn":{{turn}},"index":{{index}},"fill":"{{new string('x', turn * 97 % 8000)}}"}"""));

    private static void Acknowledge(IReadOnlyList<RecordedEvent> events)
    {
        // One write per append: the parent may kill us between any two of them.
        var lines = string.Concat(events.Select(e => $"{e.Stream} {e.Version} {e.Position} {Convert.ToHexString(e.Hash.Span)}\n"));
        lock (Output)
        {
            Console.Out.Write(lines);
        }
    }
}
