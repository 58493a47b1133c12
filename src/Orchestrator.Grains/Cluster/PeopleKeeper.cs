using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Audience;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Cluster;

/// <summary>
/// Keeps this node's counts of different users: begins each hour, bounds the memory, and exchanges sketches with the other silos, so that
/// every silo has the counts of all of them. Merging takes the higher register, so a repeated or late message changes nothing, and a silo
/// that restarts gets its hours back from the others. Evaluation nodes call no silo: their users are missing, and the sources say so.
/// </summary>
public sealed partial class PeopleKeeper(
    IRoutingTables tables, OrchestratorClock clock, NodeIdentity node, INodeRegistry registry, IServiceProvider services,
    ILogger<PeopleKeeper> logger) : BackgroundService
{
    /// <summary>Most bytes of finished hours: the oldest are forgotten beyond it, and the windows then begin later.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    /// <summary>Sketches in one message, of 5.5 KB each as JSON.</summary>
    private const int AtOnce = 200;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>Turns from one exchange to the next.</summary>
    private const int Exchange = 3;

    /// <summary>
    /// Turns from one exchange of everything to the next: a silo whose table did not have a rollout yet dropped what it received.
    /// </summary>
    private const int Whole = 200 * Exchange;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A silo whose counts are older than this is not part of the numbers.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(15);

    /// <summary>A node without a report for this long is no node any more.</summary>
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(1);

    /// <summary>Time of the newest message, by node; silos only, and silent ones are removed.</summary>
    private readonly ConcurrentDictionary<string, long> _heard = new(StringComparer.Ordinal);

    /// <summary>Active silos that have received every count so far.</summary>
    private readonly HashSet<SiloAddress> _upToDate = [];

    /// <summary>The nodes of the newest reading; null before the first.</summary>
    private volatile IReadOnlyList<KnownNode>? _nodes;

    /// <summary>The nodes whose users are in the numbers of this node, and those whose are not.</summary>
    public PeopleSources Sources()
    {
        var counted = _heard.Where(one => Stopwatch.GetElapsedTime(one.Value) < Silent).Select(one => one.Key).Append(node.Id)
            .ToImmutableSortedSet(StringComparer.Ordinal);
        var nodes = _nodes;
        return new PeopleSources(
            counted, [.. (nodes ?? []).Where(one => one.Age < Gone && !counted.Contains(one.Report.Id)).Select(one => one.Report)], nodes is not null);
    }

    /// <summary>The counts of a rollout, in the present hour; null for one that decides no flag.</summary>
    public PeopleTally? Of(string environment, string flag, string rollout)
    {
        if (tables.Current.Environment(environment)?.TryFind(flag, out var entry) != true || entry.People?.Rollout != rollout)
        {
            return null;
        }

        // The turn that begins the hour may be a second away.
        entry.People.Roll(PeopleTally.HourOf(clock.GetUtcNow()));
        return entry.People;
    }

    /// <summary>Takes the counts of another silo.</summary>
    internal void Take(PeopleOfNode message)
    {
        _heard[message.Node] = Stopwatch.GetTimestamp();
        foreach (var one in message.Counts)
        {
            if (Of(one.Environment, one.Flag, one.Rollout) is { } tally)
            {
                foreach (var count in one.Counts)
                {
                    tally.Merge(count);
                }
            }
        }
    }

    /// <summary>Begins the hour where it has begun, and makes room.</summary>
    internal void Roll()
    {
        var hour = PeopleTally.HourOf(clock.GetUtcNow());
        PeopleTally[] tallies = [.. All().Select(one => one.Tally)];
        foreach (var tally in tallies)
        {
            tally.Roll(hour);
        }

        PeopleRoom.OfProcess.Correct(tallies.Sum(tally => tally.Sketches));
        var bytes = tallies.Sum(tally => tally.PastBytes);
        while (bytes > MostBytes && tallies.Min(tally => tally.Oldest) is { } oldest)
        {
            LogForgotten(bytes, new DateTimeOffset(oldest * TimeSpan.TicksPerHour, TimeSpan.Zero));
            foreach (var tally in tallies)
            {
                tally.Forget(oldest);
            }

            bytes = tallies.Sum(tally => tally.PastBytes);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Turn);
        for (var turn = 0; await timer.WaitForNextTickAsync(stoppingToken); turn++)
        {
            try
            {
                Roll();
                if (turn % Exchange == 0)
                {
                    if (turn % Whole == 0)
                    {
                        _upToDate.Clear();
                    }

                    await Look(stoppingToken);

                    // An evaluation node has no cluster to call.
                    await (services.GetService<Silos>() is { } silos ? Send(silos, stoppingToken) : Task.CompletedTask);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }
        }
    }

    private async Task Look(CancellationToken stop)
    {
        try
        {
            _nodes = await registry.All(stop).WaitAsync(Patience, stop);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            // The newest reading ages by itself: what it knew is no news of a node that has come or gone since.
            LogNoNodes(failure.Message);
            _nodes = null;
        }

        foreach (var (silent, _) in _heard.Where(one => Stopwatch.GetElapsedTime(one.Value) > Gone).ToArray())
        {
            _heard.TryRemove(silent, out _);
        }
    }

    private async Task Send(Silos silos, CancellationToken stop)
    {
        SiloAddress[] others = [.. silos.Others];
        _upToDate.IntersectWith(others);
        if (others.Length == 0)
        {
            return;
        }

        // Those that rose, for silos that have the rest; everything for the others.
        var rose = Messages(all: false);
        var all = others.All(_upToDate.Contains) ? rose : Messages(all: true);
        var sent = await Task.WhenAll(others.Select(silo => Send(silos, silo, _upToDate.Contains(silo) ? rose : all, stop)));
        for (var i = 0; i < others.Length; i++)
        {
            _ = sent[i] ? _upToDate.Add(others[i]) : _upToDate.Remove(others[i]);
        }
    }

    private async Task<bool> Send(Silos silos, SiloAddress silo, List<PeopleOfNode> messages, CancellationToken stop)
    {
        try
        {
            foreach (var message in messages)
            {
                await silos.Of(silo).People(message).WaitAsync(Patience, stop);
            }

            return true;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            // A silo that just died, or one of an earlier build. It gets everything when it answers.
            LogNotSent(silo, failure.Message);
            return false;
        }
    }

    /// <summary>At least one message: it also says that this silo counts.</summary>
    private List<PeopleOfNode> Messages(bool all)
    {
        var counts = All().SelectMany(
            one => one.Tally.Changed(all), (one, count) => (one.Environment, one.Flag, one.Tally.Rollout, Count: count));
        var messages = counts.Chunk(AtOnce).Select(some => new PeopleOfNode(
            node.Id,
            [.. some.GroupBy(one => (one.Environment, one.Flag, one.Rollout)).Select(
                of => new PeopleOfRollout(of.Key.Environment, of.Key.Flag, of.Key.Rollout, [.. of.Select(one => one.Count)]))])).ToList();
        return messages.Count == 0 ? [new PeopleOfNode(node.Id, [])] : messages;
    }

    private List<(string Environment, string Flag, PeopleTally Tally)> All()
    {
        var all = new List<(string, string, PeopleTally)>();
        foreach (var environment in tables.Current.Environments)
        {
            foreach (var flag in environment.Flags)
            {
                if (flag.People is { } tally)
                {
                    all.Add((environment.Name, flag.Key, tally));
                }
            }
        }

        return all;
    }

    [LoggerMessage(LogLevel.Warning, "Counts of users take {Bytes} bytes; the hour from {From:u} is forgotten, and windows begin after it")]
    private partial void LogForgotten(long bytes, DateTimeOffset from);

    [LoggerMessage(LogLevel.Error, "Keeping the counts of users failed; the next turn tries again")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Debug, "Reading the node reports failed: {Reason}")]
    private partial void LogNoNodes(string reason);

    [LoggerMessage(LogLevel.Debug, "Silo {Silo} did not take the counts of users: {Reason}")]
    private partial void LogNotSent(SiloAddress silo, string reason);
}

/// <summary>Origin of the numbers of a node.</summary>
/// <param name="Nodes">Nodes whose users are in the numbers, by id.</param>
/// <param name="Missing">Nodes that serve and whose users are not.</param>
/// <param name="Known">False while the nodes of the cluster could not be read: others may be missing.</param>
public sealed record PeopleSources(ImmutableSortedSet<string> Nodes, ImmutableArray<NodeReport> Missing, bool Known);

/// <summary>Counts of a silo for another.</summary>
internal sealed record PeopleOfNode(string Node, ImmutableArray<PeopleOfRollout> Counts);

/// <summary>Counts of one rollout.</summary>
internal sealed record PeopleOfRollout(string Environment, string Flag, string Rollout, ImmutableArray<PeopleOf> Counts);
