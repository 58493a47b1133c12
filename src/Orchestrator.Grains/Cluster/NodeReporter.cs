using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Cluster;

/// <summary>Reports the status of this node: once a second, and as soon as its table advances, at a bounded rate.</summary>
internal sealed partial class NodeReporter(
    NodeIdentity node, NodeUptime uptime, IWorld world, IRoutingTables tables, NodeLease lease, INodeRegistry registry, PeopleKeeper people,
    IServer server, ServedLately served, SteadyTime time, ILogger<NodeReporter> logger) : BackgroundService
{
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(100);
    private bool _failing;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await registry.Leave(node.Id, cancellationToken);
        }
        catch (Exception failure)
        {
            LogFailed(failure.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var position = tables.Current.Position;
            await Report(position, stoppingToken);
            await Task.Delay(Spacing, stoppingToken);
            await world.WaitFor(position + 1, Pulse - Spacing, stoppingToken);
        }
    }

    private async Task Report(long position, CancellationToken stop)
    {
        try
        {
            var url = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
            await registry.Report(
                new NodeReport(
                    node.Id, node.Role, node.Version, url, tables.Current.Timeline, position, lease.Age, node.Lease, world.CaughtUp,
                    people.IsShared, served.Look())
                {
                    Uptime = uptime.Now,
                    Clock = time.GetUtcNow(),
                }, stop);
            _failing = false;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            if (!_failing)
            {
                LogFailed(failure.Message);
            }

            _failing = true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The node's status report failed; retrying: {Reason}")]
    private partial void LogFailed(string reason);
}
