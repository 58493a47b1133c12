using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Api.Diagnostics;

namespace Orchestrator.Api.Connections;

/// <summary>
/// Bounds the connections of the process. A connection is a stranger until a request on it has a valid key. There is always room for a few
/// strangers: one more than <see cref="ConnectionLimits.Strangers"/> closes the oldest of them, so that idle connections without a key lock no client out,
/// including probes. Connections with a key fill the rest; beyond it a stranger is closed where it would become one of them.
/// </summary>
internal sealed class ConnectionGuard(ConnectionLimits limits, TimeProvider time)
{
    /// <summary>Reason for closing a connection with a valid key.</summary>
    public const string Full = "The connection limit of this node is reached.";

    /// <summary>
    /// Time in which no newer connection replaces a stranger: enough to send a request and look its key up. A burst waits for it in the
    /// system's queue of connections not yet accepted.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    private readonly LinkedList<TrackedConnection> _strangers = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private int _known;

    /// <summary>Open connections.</summary>
    public int Open
    {
        get
        {
            lock (_gate)
            {
                return _known + _strangers.Count;
            }
        }
    }

    /// <summary>Waits until a connection may be accepted: there are fewer strangers than allowed, or one had its time.</summary>
    public async Task Room(CancellationToken end)
    {
        while (true)
        {
            Task room;
            TimeSpan left;
            lock (_gate)
            {
                if (_strangers.Count < limits.Strangers
                    || (left = Grace - time.GetElapsedTime(_strangers.First!.Value.Since)) <= TimeSpan.Zero)
                {
                    return;
                }

                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await room.WaitAsync(left, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Counts a connection that was just accepted, and closes the oldest stranger if it is one too many. Called by the loop that accepts,
    /// one connection after the other: work queued for the thread pool runs late and in any order, while more and more connections are
    /// accepted.
    /// </summary>
    public void Enter(ConnectionContext connection)
    {
        var tracked = new TrackedConnection(connection, time.GetTimestamp());
        connection.Features.Set(tracked);
        TrackedConnection? oldest = null;
        lock (_gate)
        {
            if (_strangers.Count >= limits.Strangers)
            {
                oldest = _strangers.First!.Value;
                Forget(oldest);
            }

            tracked.Place = _strangers.AddLast(tracked);
        }

        Telemetry.Connections.Add(1);
        if (oldest is not null)
        {
            Telemetry.ConnectionsClosed.Add(1);
            // Closes the socket before it returns, so that its file is free for the next one.
            oldest.Connection.Abort(new ConnectionAbortedException("Too many connections without a key."));
        }
    }

    /// <summary>The part of a connection's pipeline that records its end.</summary>
    public ConnectionDelegate Around(ConnectionDelegate next) => async connection =>
    {
        try
        {
            await next(connection);
        }
        finally
        {
            if (connection.Features.Get<TrackedConnection>() is { } tracked)
            {
                Leave(tracked);
            }
        }
    };

    /// <summary>
    /// Records that a request on this connection had a valid key. False when the limit of such connections is reached: the connection must
    /// be closed.
    /// </summary>
    public bool Knows(IFeatureCollection features)
    {
        // A host without the guard around its connections, as in a test, has no limit.
        if (features.Get<TrackedConnection>() is not { } tracked || Volatile.Read(ref tracked.Known))
        {
            return true;
        }

        lock (_gate)
        {
            if (tracked.Known)
            {
                return true;
            }

            if (tracked.Place is null || _known >= limits.Known)
            {
                return false;
            }

            Forget(tracked);
            _known++;
            Volatile.Write(ref tracked.Known, true);
            return true;
        }
    }

    private void Leave(TrackedConnection tracked)
    {
        lock (_gate)
        {
            if (tracked.Known)
            {
                _known--;
            }
            else if (tracked.Place is not null)
            {
                Forget(tracked);
            }
        }

        Telemetry.Connections.Add(-1);
    }

    private void Forget(TrackedConnection tracked)
    {
        _strangers.Remove(tracked.Place!);
        tracked.Place = null;
        _room?.SetResult();
        _room = null;
    }

    /// <summary>One connection.</summary>
    private sealed class TrackedConnection(ConnectionContext connection, long since)
    {
        public bool Known;

        public ConnectionContext Connection => connection;

        /// <summary>Timestamp of its acceptance.</summary>
        public long Since => since;

        /// <summary>Place among the strangers; null once it had a valid key.</summary>
        public LinkedListNode<TrackedConnection>? Place { get; set; }
    }
}
