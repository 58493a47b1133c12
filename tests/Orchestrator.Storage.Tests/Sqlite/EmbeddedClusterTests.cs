using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;
using Orchestrator.Storage.Shared;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>The same of a cluster of one.</summary>
public sealed class EmbeddedClusterTests : ClusterContract
{
    private readonly Folder _folder = new();
    private ServiceProvider? _services;

    public override async ValueTask DisposeAsync()
    {
        await _services!.DisposeAsync();
        _folder.Dispose();
    }

    protected override Task<(IEventLog Log, ILogHead Head, IGuardStore Guards, INodeRegistry Nodes, InstallationFacts Facts)> Open()
    {
        _services = new ServiceCollection().AddEmbeddedStorage(_folder.Path).BuildServiceProvider();
        return Task.FromResult((
            _services.GetRequiredService<IEventLog>(), _services.GetRequiredService<ILogHead>(),
            _services.GetRequiredService<IGuardStore>(),
            _services.GetRequiredService<INodeRegistry>(), _services.GetRequiredService<InstallationFacts>()));
    }
}
