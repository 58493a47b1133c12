using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.Client;

namespace Orchestrator.Benchmarks.Propagation;

/// <summary>A service with the client in it, and nothing else.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly IHost _host;

    private Service(IHost host) => _host = host;

    public Orchestrator.Client.IRolloutRouter Router => _host.Services.GetRequiredService<Orchestrator.Client.IRolloutRouter>();

    /// <summary>Starts it and waits for its first table.</summary>
    public static async Task<Service> Start(Uri orchestrator)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddOrchestrator(options => (options.Url, options.Key) = (orchestrator, BenchSilo.EvaluationKey));
        var service = new Service(builder.Build());
        await service._host.StartAsync();
        return await service.Router.WaitUntilReadyAsync(TimeSpan.FromSeconds(30))
            ? service
            : throw new TimeoutException("The client has no table.");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
