using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.People;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Cluster;

/// <summary>
/// Keeps this node's counts of different users: begins each hour, bounds the memory, and exchanges sketches with the other nodes through
/// the store, so that every node has the counts of all. Merging takes the higher register: a repeated or late sketch changes nothing.
/// </summary>
public sealed partial class PeopleKeeper(
    IRoutingTables tables, OrchestratorClock clock, NodeIdentity node, INodeRegistry registry, IPeopleStore store,
    ILogger<PeopleKeeper> logger) : BackgroundService
{
    /// <summary>Most bytes of finished hours: the oldest are forgotten beyond it, and the windows then begin later.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>Turns from one exchange to the next.</summary>
    private const int Exchange = 5;

    /// <summary>Turns until hours out of the window are removed from the store.</summary>
    private const int Clean = 60;

    /// <summary>Turns from one reading of everything to the next: a row whose statement took very long may have been left out.</summary>
    private const int Whole = 600;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>An exchange that succeeded longer ago than this is none.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromSeconds(30);

    /// <summary>A node without a report for this long is no node any more.</summary>
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(1);

    private long? _mark;

    /// <summary>Counts that the reading up to the mark reached; one that is not among them needs everything.</summary>
    private HashSet<PeopleTally> _reached = [];
    private bool _all;
    private long _exchanged = -1;
    private volatile IReadOnlyList<KnownNode>? _nodes;
    private bool _failing;

    /// <summary>True while the other nodes can have this node's counts.</summary>
    public bool IsShared => Volatile.Read(ref _exchanged) is var at and >= 0 && Stopwatch.GetElapsedTime(at) < Old;

    /// <summary>The nodes whose users are in the numbers of this node, and those whose are not.</summary>
    public PeopleSources Sources()
    {
        var (nodes, shared) = (_nodes, IsShared);
        var others = (nodes ?? []).Where(one => one.Report.Id != node.Id && one.Age < Gone).Select(one => one.Report).ToLookup(
            one => shared && one.CountsPeople);
        return new PeopleSources(
            [.. others[true].Select(one => one.Id).Append(node.Id).Order(StringComparer.Ordinal)], [.. others[false]], nodes is not null);
    }

    /// <summary>The counts of a rollout, in the present hour; null for one that decides no flag.</summary>
    public PeopleTally? Of(string environment, string flag, string rollout)
    {
        // The turn that begins the hour may be a second away.
        var tally = AtHand(environment, flag, rollout);
        tally?.Roll(PeopleTally.HourOf(clock.GetUtcNow()));
        return tally;
    }

    /// <summary>The same as it is at hand, perhaps still in the hour before; waits for no other thread.</summary>
    public PeopleTally? AtHand(string environment, string flag, string rollout) =>
        tables.Current.Environment(environment) is { } table && table.TryFind(flag, out var entry) && entry.People?.Rollout == rollout
            ? entry.People
            : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Turn);
        for (var turn = 0L; await timer.WaitForNextTickAsync(stoppingToken); turn++)
        {
            try
            {
                var tallies = Roll();
                if (turn % Exchange == 0)
                {
                    _mark = turn % Whole == 0 || !tallies.Values.All(_reached.Contains) ? null : _mark;
                    await Share(tallies, stoppingToken);
                    _failing = false;
                }

                if (turn % Clean == 0)
                {
                    var oldest = PeopleTally.HourOf(clock.GetUtcNow()) - PeopleTally.Hours;
                    await store.Forget(oldest, stoppingToken).WaitAsync(Patience, stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_failing)
                {
                    LogFailed(failure.Message);
                }

                _failing = true;
            }
        }
    }

    /// <summary>Begins the hour where it has begun, and makes room. Returns the counts by rollout.</summary>
    internal Dictionary<string, PeopleTally> Roll()
    {
        var hour = PeopleTally.HourOf(clock.GetUtcNow());
        var tallies = new Dictionary<string, PeopleTally>(StringComparer.Ordinal);
        foreach (var environment in tables.Current.Environments)
        {
            foreach (var flag in environment.Flags)
            {
                if (flag.People is { } tally)
                {
                    tally.Roll(hour);
                    tallies[tally.Rollout] = tally;
                }
            }
        }

        PeopleRoom.OfProcess.Correct(tallies.Values.Sum(tally => tally.Sketches));
        var bytes = tallies.Values.Sum(tally => tally.PastBytes);
        while (bytes > MostBytes && tallies.Values.Min(tally => tally.Oldest) is { } oldest)
        {
            LogForgotten(bytes, new DateTimeOffset(oldest * TimeSpan.TicksPerHour, TimeSpan.Zero));
            foreach (var tally in tallies.Values)
            {
                tally.Forget(oldest);
            }

            bytes = tallies.Values.Sum(tally => tally.PastBytes);
        }

        return tallies;
    }

    private async Task Share(Dictionary<string, PeopleTally> tallies, CancellationToken stop)
    {
        try
        {
            // Read before the first write: a node with the name of an earlier process must not replace that one's sketches by less.
            var news = await store.Since(node.Id, _mark, stop).WaitAsync(Patience, stop);
            foreach (var (rollout, count) in news.Counts)
            {
                tallies.GetValueOrDefault(rollout)?.Merge(count);
            }

            (_mark, _reached) = (news.Mark, [.. tallies.Values]);
            var rose = tallies.Values
                .SelectMany(tally => tally.Changed(_all), (tally, count) => new StoredPeople(tally.Rollout, count)).ToArray();
            _all = true;
            await (rose.Length == 0 ? Task.CompletedTask : store.Keep(node.Id, rose, stop).WaitAsync(Patience, stop));
            _all = false;
            _nodes = await registry.All(stop).WaitAsync(Patience, stop);
            Volatile.Write(ref _exchanged, Stopwatch.GetTimestamp());
        }
        catch
        {
            // The nodes that were known say nothing about those that came since.
            _nodes = null;
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Counts of users take {Bytes} bytes; the hour from {From:u} is forgotten, and windows begin after it")]
    private partial void LogForgotten(long bytes, DateTimeOffset from);

    [LoggerMessage(LogLevel.Warning, "Exchanging the counts of users failed; retrying: {Reason}")]
    private partial void LogFailed(string reason);
}

/// <summary>Origin of the numbers of a node.</summary>
/// <param name="Nodes">Nodes whose users are in the numbers, by id.</param>
/// <param name="Missing">Nodes that serve and whose users are not.</param>
/// <param name="Known">False while the nodes of the cluster could not be read: others may be missing.</param>
public sealed record PeopleSources(ImmutableArray<string> Nodes, ImmutableArray<NodeReport> Missing, bool Known);
