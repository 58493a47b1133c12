using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.Silo.Settings;

namespace Orchestrator.Silo;

/// <summary>One log line when everything is started, and a warning when the clock is accelerated.</summary>
internal sealed partial class StartReport(
    IServer server, SiloSettings settings, OrchestratorClock clock, IWorld world, IHostApplicationLifetime lifetime,
    ILogger<StartReport> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        if (clock.Speed != 1)
        {
            LogSpeed(clock.Speed, clock.GetUtcNow());
        }

        if (settings.Place is { GatewayPort: { } port, Tls: null })
        {
            LogOpenGateway(settings.Place.Address, port);
        }

        var addresses = string.Join(", ", server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        var age = DateTime.UtcNow - Process.GetCurrentProcess().StartTime.ToUniversalTime();
        LogStarted(addresses, settings.Data, world.Current.Position, (long)age.TotalMilliseconds);
    }

    [LoggerMessage(LogLevel.Information, "Listening on {Addresses}; data in {Data} up to position {Position}; {Milliseconds} ms after the process started")]
    private partial void LogStarted(string addresses, string data, long position, long milliseconds);

    [LoggerMessage(LogLevel.Warning, "The gateway at {Address}:{Port} takes clients without a certificate: "
        + "open it to trusted services alone, or set Orchestrator:Cluster:Tls")]
    private partial void LogOpenGateway(System.Net.IPAddress address, int port);

    [LoggerMessage(LogLevel.Warning, "THE CLOCK RUNS {Speed} TIMES FASTER than real time; orchestrator time is {Now:u}. Not for production")]
    private partial void LogSpeed(double speed, DateTimeOffset now);
}
