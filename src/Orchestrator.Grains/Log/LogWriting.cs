using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Telemetry;

namespace Orchestrator.Grains.Log;

/// <summary>
/// The alarm "the log cannot be written": raised by the first write that fails, and by a probe while no other write comes; ended by a write
/// that succeeds.
/// </summary>
public sealed partial class LogWriting(ILogProbe probe, RaisedAlarms alarms, ILogger<LogWriting> logger) : BackgroundService
{
    private const string Cause = "log writing";

    /// <summary>Real time between two probes. With <see cref="Patience"/> the alarm comes within five seconds.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private Task _probing = Task.CompletedTask;

    /// <summary>True while the newest write failed.</summary>
    public bool Fails => alarms.Of(Cause) is not null;

    /// <summary>A write failed, or its outcome is unknown.</summary>
    public void Failed(string reason)
    {
        if (alarms.Raise(Cause, $"The log cannot be written: {reason}"))
        {
            LogFails(reason);
        }
    }

    /// <summary>A write is durable.</summary>
    public void Wrote()
    {
        if (alarms.Clear(Cause))
        {
            LogWrites();
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (_probing.IsCompleted)
                {
                    _probing = Task.Run(() => probe.Write(stoppingToken), stoppingToken);
                }

                await _probing.WaitAsync(Patience, stoppingToken);
                Wrote();
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(failure.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Critical, "THE LOG CANNOT BE WRITTEN: {Reason}. Rollbacks are stored on this node and route here; every other change fails")]
    private partial void LogFails(string reason);

    [LoggerMessage(LogLevel.Warning, "The log can be written again")]
    private partial void LogWrites();
}
