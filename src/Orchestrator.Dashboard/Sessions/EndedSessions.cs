using Microsoft.Extensions.Logging;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>
/// Sessions that were ended, as this node knows them. A request asks the memory of the node; the store is read in the background, and while
/// it is away the last known list counts.
/// </summary>
internal sealed partial class EndedSessions(ISessionStore store, SessionSettings settings, TimeProvider wall, ILogger<EndedSessions> logger)
{
    private const string Key = "dashboard.sessions.ended";

    /// <summary>Attempts to write beside other nodes that write.</summary>
    private const int Attempts = 20;

    /// <summary>Added to the time for which an ended session is remembered: clocks of nodes differ.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private List<EndedSession> _unwritten = [];
    private volatile EndedList? _known;

    /// <summary>False until this node has read the list once: before that it cannot accept a cookie.</summary>
    public bool AreKnown => _known is not null;

    public bool Has(Ticket ticket) => _known?.Has(ticket) != false;

    /// <summary>Ends a session: on this node at once, on all others within seconds.</summary>
    /// <returns>True once it is in the store; false when that takes too long. This node then goes on trying.</returns>
    public async Task<bool> End(Ticket ticket, TimeSpan patience)
    {
        var now = wall.GetUtcNow();
        var ended = new EndedSession(ticket.Holder, ticket.Id, ticket.Began, Ms(now + settings.Length + Slack));
        lock (_gate)
        {
            // Bounded as the list is: a store that stays away joins the oldest.
            _unwritten = [.. EndedList.Empty.With([.. _unwritten, ended], Ms(now)).All];
            _known = _known?.With([ended], Ms(now));
        }

        using var limit = new CancellationTokenSource(patience);
        try
        {
            await Refresh(limit.Token);
            return true;
        }
        catch (Exception e)
        {
            LogNotWritten(e.Message);
            return false;
        }
    }

    /// <summary>Writes what is not written yet, and reads the list of the store.</summary>
    public async Task Refresh(CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        var round = Task.Run(() => Round(stop), CancellationToken.None);
        _ = round.ContinueWith(_ => _turn.Release(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        // A store that hangs holds the turn, and no caller.
        await round.WaitAsync(stop);
    }

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private async Task Round(CancellationToken stop)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var text = await store.Get(Key, stop);
            List<EndedSession> unwritten;
            lock (_gate)
            {
                unwritten = _unwritten;
            }

            var now = wall.GetUtcNow();
            var stored = EndedList.Read(text);
            if (stored is not null && unwritten.Count == 0)
            {
                Publish(stored, unwritten);
                return;
            }

            if (stored is null)
            {
                LogUnreadable(Key);
                stored = EndedList.AllUpTo(Ms(now), Ms(now + settings.Length + Slack));
            }

            var next = stored.With(unwritten, Ms(now));
            var written = next.Write();
            if (await store.Keep(Key, text, written, stop) == written)
            {
                Publish(next, unwritten);
                return;
            }
        }

        throw new IOException($"Other nodes wrote the ended sessions {Attempts} times meanwhile.");
    }

    private void Publish(EndedList stored, List<EndedSession> written)
    {
        lock (_gate)
        {
            _unwritten = [.. _unwritten.Except(written)];
            _known = _unwritten.Count == 0 ? stored : stored.With(_unwritten, Ms(wall.GetUtcNow()));
        }
    }

    [LoggerMessage(LogLevel.Warning, "A session was ended on this node; writing it to the store failed and is tried again: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(LogLevel.Error, "The list of ended sessions ({Key}) cannot be read: every session is ended, and people sign in again")]
    private partial void LogUnreadable(string key);
}
