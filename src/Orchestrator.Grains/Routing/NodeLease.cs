using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Routing;

/// <summary>
/// The lease on this node's table. A moment noted before a successful reading of the log's head is the freshness, once the table has
/// reached that head: every event committed before that moment is in the table. Nothing else extends it. Its observer runs behind the
/// table's, so the table already has the events it sees.
/// </summary>
public sealed partial class NodeLease(ILogHead primary, LogHeadSignal signal, LeaseSettings settings, ILogger<NodeLease> logger)
    : ITableTrust, IWorldObserver
{
    private readonly Lock _gate = new();
    private readonly List<(ClockReading At, LogHead Head)> _waiting = [];
    private readonly ClockReading _started = settings.Time.ReadClocks();
    private LogHead? _reached;
    private volatile TableLease? _lease;
    private volatile Cut? _cut;
    private volatile FrozenSet<string> _unwatched = FrozenSet<string>.Empty;
    private volatile ImmutableDictionary<string, string> _quarantined = ImmutableDictionary<string, string>.Empty;
    private volatile ImmutableDictionary<string, World.Withdrawal> _withdrawn = ImmutableDictionary<string, World.Withdrawal>.Empty;
    private Degree _lastLogged;
    private bool _failing;

    private enum Degree
    {
        Fresh,
        Aging,
        Stale,
    }

    public TimeSpan Lease => settings.Lease;

    /// <summary>Age of the freshness; null before the first.</summary>
    public TimeSpan? Age => _lease?.Since.Age(settings.Time);

    /// <summary>Unwatched rollouts, as far as this node could read the guards.</summary>
    public FrozenSet<string> Unwatched
    {
        get => _unwatched;
        set => _unwatched = value;
    }

    /// <summary>Alarms, one sentence each.</summary>
    public IEnumerable<string> Alarms
    {
        get
        {
            if (_cut is { } cut)
            {
                yield return cut.Reason;
            }

            var age = (_lease?.Since ?? _started).Age(settings.Time);
            if (age > settings.Alarm)
            {
                yield return FormattableString.Invariant(
                    $"The newest reading of the log's head that the table has reached began {age.TotalSeconds:0.0} s ago; the lease is {settings.Lease.TotalSeconds:0.#} s.");
            }

            foreach (var (_, reason) in _quarantined.OrderBy(held => held.Key, StringComparer.Ordinal))
            {
                yield return reason;
            }

            foreach (var rollout in _withdrawn.Values.Select(one => one.Rollout).Distinct().Order(StringComparer.Ordinal))
            {
                yield return $"A rollback of rollout {rollout} cannot be written; this node routes by it already.";
            }

            foreach (var rollout in _unwatched.Order(StringComparer.Ordinal))
            {
                yield return $"Nobody watches rollout {rollout}.";
            }
        }
    }

    public TrustSnapshot Now()
    {
        // The clocks after the lease: a pause in between makes the table older, never younger.
        var (lease, cut) = (_lease, _cut);
        var now = settings.Time.ReadClocks();
        var trust = lease is null ? TableTrust.Stale(TimeSpan.MaxValue) : TableTrust.Of(lease, now, cut?.At);
        return new TrustSnapshot(trust.With(_unwatched), lease);
    }

    public bool Holds(in TrustSnapshot snapshot) =>
        snapshot.Trust.IsStale || (_cut is null && snapshot.Lease?.IsValid(settings.Time.ReadClocks()) == true);

    public void Changed(World.World after, IReadOnlySet<string> streams)
    {
        lock (_gate)
        {
            _reached = new LogHead(after.Timeline, after.Position);
            _quarantined = after.Quarantined;
            _withdrawn = after.Withdrawn;
            Renew();
        }
    }

    /// <summary>One reading of the head: called about once a second, on a thread of its own. Never throws.</summary>
    public void Read()
    {
        LogHead? reached;
        lock (_gate)
        {
            reached = _reached;
        }

        var at = settings.Time.ReadClocks();
        try
        {
            var head = primary.Read(settings.ReadLimit);
            lock (_gate)
            {
                if (_cut is null && reached is { } before && IsBehind(head, before))
                {
                    _cut = new Cut(at, before.Timeline, FormattableString.Invariant(
                        $"The log was cut: its head is position {head.Position} of timeline {head.Timeline}, but this node has read up to {before.Position} of timeline {before.Timeline}."));
                    LogCut(_cut.Reason);
                }

                _waiting.Add((at, head));
                Renew();
            }

            signal.Notify(head);
            if (_failing)
            {
                LogReadAgain();
            }

            _failing = false;
        }
        catch (Exception failure)
        {
            if (!_failing)
            {
                LogReadFailed(failure.Message);
            }

            _failing = true;
        }

        NotifyObservers();
    }

    /// <summary>Positions and timelines only grow, so a position read before the request for the head cannot be beyond it.</summary>
    private static bool IsBehind(LogHead head, LogHead before) =>
        (head.Timeline, head.Position).CompareTo((before.Timeline, before.Position)) < 0;

    /// <summary>The newest moment whose head the table has reached becomes the freshness.</summary>
    private void Renew()
    {
        var now = settings.Time.ReadClocks();
        _waiting.RemoveAll(one => one.At.Age(now) > settings.Lease);
        if (_reached is not { } reached || reached.Timeline <= _cut?.Timeline)
        {
            return;
        }

        var last = _waiting.FindLastIndex(one => one.Head.Timeline == reached.Timeline && one.Head.Position <= reached.Position);
        if (last < 0)
        {
            return;
        }

        var at = _waiting[last].At;
        _waiting.RemoveRange(0, last + 1);

        // The first freshness of a process is not a return: no user had fallen back to legacy.
        var past = _lease?.Past(now, _cut?.At) ?? TimeSpan.Zero;
        if (past > TimeSpan.Zero)
        {
            LogReturn(past.TotalSeconds, TableTrust.Ramp.TotalSeconds);
        }

        _lease = _lease is { } lease ? lease.Renew(at, settings.Lease, now, _cut?.At) : TableLease.First(at, settings.Lease, now);
        _cut = null;
    }

    private Degree Now(out TimeSpan age)
    {
        age = (_lease?.Since ?? _started).Age(settings.Time);
        return age > settings.Lease || _cut is not null ? Degree.Stale : age > settings.Alarm ? Degree.Aging : Degree.Fresh;
    }

    /// <summary>Logs each change once.</summary>
    private void NotifyObservers()
    {
        var degree = Now(out var age);
        if (degree == _lastLogged)
        {
            return;
        }

        _lastLogged = degree;
        switch (degree)
        {
            case Degree.Stale when _cut is not null:
                break;
            case Degree.Stale:
                LogStale(age.TotalSeconds, settings.Lease.TotalSeconds);
                break;
            case Degree.Aging:
                LogAging(age.TotalSeconds, settings.Lease.TotalSeconds);
                break;
            default:
                LogFresh();
                break;
        }
    }

    private sealed record Cut(ClockReading At, long Timeline, string Reason);
}
