using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Connections;

/// <summary>
/// Bounds the connections of the process. A connection is a stranger until a request on it shows a key that works. There is always room for a few strangers: one more
/// than <see cref="ConnectionLimits.Strangers"/> closes the oldest of them, so that idle connections without a key lock nobody out, probes included. Connections with a
/// key fill the rest; beyond it a stranger is closed where it would become one of them.
/// </summary>
internal sealed class ConnectionGuard(ConnectionLimits limits)
{
    /// <summary>Says why a connection is closed that showed a key.</summary>
    public const string Full = "This node has as many connections as it may.";

    private readonly LinkedList<Visit> _strangers = new();
    private readonly Lock _gate = new();
    private int _known;

    /// <summary>Connections that are open.</summary>
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

    /// <summary>The part of a connection's pipeline that counts it.</summary>
    public ConnectionDelegate Around(ConnectionDelegate next) => async connection =>
    {
        var visit = new Visit(connection);
        Enter(visit);
        connection.Features.Set(visit);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(visit);
        }
    };

    /// <summary>Notes that a request on this connection showed a key that works. False when as many such connections are open as may be: the connection must be closed.</summary>
    public bool Knows(HttpContext http)
    {
        // A host without the guard around its connections, as in a test, has no limit.
        if (http.Features.Get<Visit>() is not { } visit || Volatile.Read(ref visit.Known))
        {
            return true;
        }

        lock (_gate)
        {
            if (visit.Known)
            {
                return true;
            }

            if (visit.Place is null || _known >= limits.Known)
            {
                return false;
            }

            _strangers.Remove(visit.Place);
            visit.Place = null;
            _known++;
            Volatile.Write(ref visit.Known, true);
            return true;
        }
    }

    private void Enter(Visit visit)
    {
        Visit? oldest = null;
        lock (_gate)
        {
            if (_strangers.Count >= limits.Strangers)
            {
                oldest = _strangers.First!.Value;
                _strangers.RemoveFirst();
                oldest.Place = null;
            }

            visit.Place = _strangers.AddLast(visit);
        }

        Telemetry.Connections.Add(1);
        if (oldest is not null)
        {
            Telemetry.ConnectionsClosed.Add(1);
            oldest.Connection.Abort(new ConnectionAbortedException("Too many connections without a key."));
        }
    }

    private void Leave(Visit visit)
    {
        lock (_gate)
        {
            if (visit.Known)
            {
                _known--;
            }
            else if (visit.Place is { } place)
            {
                _strangers.Remove(place);
                visit.Place = null;
            }
        }

        Telemetry.Connections.Add(-1);
    }

    /// <summary>One connection.</summary>
    private sealed class Visit(ConnectionContext connection)
    {
        public bool Known;

        public ConnectionContext Connection => connection;

        /// <summary>Place among the strangers; null once it is none.</summary>
        public LinkedListNode<Visit>? Place { get; set; }
    }
}
