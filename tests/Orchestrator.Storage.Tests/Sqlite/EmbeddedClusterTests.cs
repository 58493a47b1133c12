using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>The same of a cluster of one.</summary>
public sealed class EmbeddedClusterTests : ClusterContract
{
    private readonly Folder folder = new();
    private ServiceProvider? services;

    public override async ValueTask DisposeAsync()
    {
        await services!.DisposeAsync();
        folder.Dispose();
    }

    protected override Task<(IEventLog Log, ILogHead Head, IGuardStore Guards, INodeRegistry Nodes, InstallationFacts Facts)> Open()
    {
        services = new ServiceCollection().AddEmbeddedStorage(folder.Path).BuildServiceProvider();
        return Task.FromResult((
            services.GetRequiredService<IEventLog>(), services.GetRequiredService<ILogHead>(), services.GetRequiredService<IGuardStore>(),
            services.GetRequiredService<INodeRegistry>(), services.GetRequiredService<InstallationFacts>()));
    }
}
