using Orchestrator.Domain.Events;
using Orchestrator.Domain.Journeys;
using Orchestrator.Grains.Log;

namespace Orchestrator.Grains.Routing.Journeys;

/// <summary>
/// Reads a journey from the log, of the streams alone that the flag depends on: the cost follows the history of the flag and not the size
/// of the log. In memory are the states of these streams and one page of each that is under way.
/// </summary>
public static class JourneyReader
{
    /// <summary>Most streams of a journey: the rollouts of a flag and their segments.</summary>
    public const int MostStreams = 2_000;

    /// <summary>Events of a stream that are read at once.</summary>
    private const int Page = 200;

    /// <summary>The journey by the log up to a position.</summary>
    /// <param name="log">The log.</param>
    /// <param name="world">This node's view; its position is the last that counts.</param>
    /// <param name="question">The question.</param>
    /// <param name="streams">The streams, as <see cref="JourneyStreams"/> names them.</param>
    /// <param name="stop">Ends the reading.</param>
    public static async Task<Journey> Read(
        IEventLog log, World.World world, JourneyQuestion question, IReadOnlyList<string> streams, CancellationToken stop)
    {
        var fold = new JourneyFold(question, world.Access);
        var next = new PriorityQueue<Cursor, long>();
        foreach (var stream in streams)
        {
            // Only the position is kept: a first event has a whole plan, and most of these streams begin later.
            if (await log.ReadStream(stream, 0, 1, stop) is [var first])
            {
                next.Enqueue(new Cursor(stream), first.Position);
            }
        }

        while (!fold.Ended && next.TryDequeue(out var cursor, out var position) && position <= world.Position)
        {
            stop.ThrowIfCancellationRequested();
            await cursor.Fill(log, stop);
            if (cursor.IsOver)
            {
                continue;
            }

            fold.Fold(cursor.Next());
            await cursor.Fill(log, stop);
            if (!cursor.IsOver)
            {
                next.Enqueue(cursor, cursor.Position);
            }
        }

        return fold.End();
    }

    /// <summary>A place in a stream.</summary>
    private sealed class Cursor(string stream)
    {
        private IReadOnlyList<RecordedEvent> _page = [];
        private int _at;
        private long _version;
        private bool _complete;

        /// <summary>True after the last event.</summary>
        public bool IsOver => _at == _page.Count;

        /// <summary>Position of the next event.</summary>
        public long Position => _page[_at].Position;

        /// <summary>Reads on where a page is used up.</summary>
        public async Task Fill(IEventLog log, CancellationToken stop)
        {
            if (IsOver && !_complete)
            {
                (_page, _at) = (await log.ReadStream(stream, _version, Page, stop), 0);
                _complete = _page.Count < Page;
            }
        }

        public RecordedEvent Next()
        {
            var recorded = _page[_at++];
            _version = recorded.Version;
            return recorded;
        }
    }
}
