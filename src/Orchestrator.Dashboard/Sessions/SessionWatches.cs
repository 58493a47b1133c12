using System.Collections.Concurrent;
using Orchestrator.Api.Callers;
using Orchestrator.Grains.World;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Watches of sessions by streams. As many as streams are open, which are bounded.</summary>
internal sealed class SessionWatches(IWorld world)
{
    private readonly ConcurrentDictionary<Watch, Session> _open = [];

    public ISessionWatch Of(Session session)
    {
        var watch = new Watch(this);
        _open[watch] = session;
        return watch;
    }

    /// <summary>Tells the streams whose sessions are over.</summary>
    public void Look()
    {
        foreach (var (watch, session) in _open)
        {
            if (session.IsOver(world.Current))
            {
                watch.End();
            }
        }
    }

    private sealed class Watch(SessionWatches all) : ISessionWatch
    {
        // Not disposed: it has no timer, and its end may come while its stream closes.
        private readonly CancellationTokenSource _over = new();

        public CancellationToken Over => _over.Token;

        public void End() => _over.Cancel();

        public void Dispose() => all._open.TryRemove(this, out _);
    }
}
