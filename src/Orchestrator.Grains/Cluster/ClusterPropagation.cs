using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Cluster;

/// <summary>
/// Silos are called; evaluation nodes are not members, so their status reports are read. A confirmation by all is only the early end: time
/// is counted from when this silo saw the rollback, later than its commit, so every older lease has expired by then.
/// </summary>
internal sealed partial class ClusterPropagation(
    NodeIdentity self, LocalPropagation own, Silos silos, INodeRegistry registry, IWorld world, OrchestratorClock clock,
    ILogger<ClusterPropagation> logger) : IPropagation
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Longest lease: a node without a report for this long has no valid lease.</summary>
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(1);

    public async Task<VerificationReport.Propagated?> Confirm(
        RolloutState state, RollbackRecord rollback, Func<bool> wanted, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        var (timeline, position) = (world.Current.Timeline, world.Current.Position);
        var (confirmed, known) = (new Dictionary<string, DateTimeOffset>(), new HashSet<string> { self.Id });
        var lease = self.Lease;
        while (wanted())
        {
            var asked = silos.Others.ToArray();
            var answers = await Task.WhenAll(asked.Select(silo => Ask(silo, state.Id, rollback.Version, position, stop)));
            foreach (var answer in answers.OfType<RollbackTaken>().Append(own.Taken(state.Id, rollback.Version)))
            {
                known.Add(answer.Node);
                if (answer.At is { } at)
                {
                    confirmed.TryAdd(answer.Node, at);
                }
            }

            var silent = asked.Where((_, i) => answers[i] is null).Select(silo => silo.Endpoint.ToString()).ToList();
            if (await Nodes(stop) is { } nodes)
            {
                foreach (var (node, age) in nodes.Where(one => one.Age < Gone))
                {
                    lease = node.Lease > lease ? node.Lease : lease;
                    known.Add(node.Id);
                    if (node.Role == NodeIdentity.Evaluation && node.Timeline == timeline && node.Position >= position)
                    {
                        confirmed.TryAdd(node.Id, clock.GetUtcNow() - (age * clock.Speed));
                    }
                }
            }
            else
            {
                silent.Add("nodes that could not be read");
            }

            if (silent.Count == 0 && known.IsSubsetOf(confirmed.Keys))
            {
                return new VerificationReport.Propagated(confirmed.Values.Max(), Sorted(confirmed.Keys));
            }

            if (LeaseBounds.HaveEnded(Stopwatch.GetElapsedTime(began), lease))
            {
                return new VerificationReport.Propagated(clock.GetUtcNow(), Sorted(confirmed.Keys),
                    Sorted(known.Except(confirmed.Keys).DefaultIfEmpty(string.Join(", ", silent))));
            }

            await Task.Delay(Look, stop);
        }

        return null;
    }

    private async Task<RollbackTaken?> Ask(SiloAddress silo, string rollout, long version, long position, CancellationToken stop)
    {
        try
        {
            return await silos.Of(silo).Took(rollout, version, position).WaitAsync(Patience, stop);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            LogSilent(silo, failure.Message);
            return null;
        }
    }

    private async Task<IReadOnlyList<KnownNode>?> Nodes(CancellationToken stop)
    {
        try
        {
            return await registry.All(stop);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNoNodes(failure.Message);
            return null;
        }
    }

    private static string[] Sorted(IEnumerable<string> nodes) => [.. nodes.Order(StringComparer.Ordinal)];

    [LoggerMessage(LogLevel.Debug, "Silo {Silo} did not confirm a rollback: {Reason}")]
    private partial void LogSilent(SiloAddress silo, string reason);

    [LoggerMessage(LogLevel.Warning, "Reading the node reports failed: {Reason}")]
    private partial void LogNoNodes(string reason);
}
