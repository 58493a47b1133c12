using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts.Aftermath;

/// <summary>
/// Does the work that follows a rollback, outside of the rollout's grain, so that nothing slow ever stands before a command. What is to
/// do comes from the log by way of the world: after a start it goes on at the first leg missing. One leg at a time for each incident; what
/// is reported twice changes nothing.
/// </summary>
internal sealed partial class AftermathWorker(IWorld world, IGrainFactory grains, Legs legs, RollbackNews news, ILogger<AftermathWorker> logger) : BackgroundService
{
    private static readonly Actor Follower = new(ActorKind.System, "aftermath");
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadYourWrites = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Task> _running = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!world.CaughtUp)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), stoppingToken);
            }

            news.Listen();
            while (true)
            {
                Begin(stoppingToken);
                await world.WaitFor(await news.Wait(Sweep, stoppingToken), Sweep, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(_running.Values);
        }
    }

    private void Begin(CancellationToken stop)
    {
        foreach (var (rollout, entry) in world.Current.Rollouts)
        {
            foreach (var incident in entry.State.Incidents)
            {
                if (incident.Next is not null && !_running.ContainsKey(incident.Id))
                {
                    _running[incident.Id] = Task.Run(() => Follow(rollout, incident.Id, stop), CancellationToken.None);
                }
            }
        }
    }

    private async Task Follow(string rollout, string incident, CancellationToken stop)
    {
        try
        {
            while (Open(rollout, incident) is ({ } state, { Next: { } leg, Undone: { } undone }))
            {
                bool Wanted() => Open(rollout, incident).Incident?.Next == leg;
                if (await legs.Work(state, undone, leg, Wanted, stop) is not { } report)
                {
                    continue;
                }

                var result = await grains.GetGrain<IRolloutGrain>(rollout).Run(new RolloutCommand.ReportLeg(incident, report), Envelope.By(Follower));
                LogLeg(incident, leg, result.Outcome);
                if (result.Outcome != CommandOutcome.Applied || !await world.WaitFor(result.Position, ReadYourWrites, stop))
                {
                    // Somebody else was faster, or the log is away: the next sweep sees where it stands.
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The next start goes on at this leg.
        }
        catch (Exception failure)
        {
            LogFailed(incident, failure);
        }
        finally
        {
            _running.TryRemove(incident, out _);
        }
    }

    private (RolloutState? State, Incident? Incident) Open(string rollout, string incident)
    {
        var state = world.Current.Rollouts.GetValueOrDefault(rollout)?.State;
        return (state, state?.Incidents.FirstOrDefault(i => i.Id == incident));
    }

    [LoggerMessage(LogLevel.Debug, "Incident {Incident}: leg {Leg} reported, {Outcome}")]
    private partial void LogLeg(string incident, Leg leg, CommandOutcome outcome);

    [LoggerMessage(LogLevel.Warning, "Following up incident {Incident} failed; it is tried again")]
    private partial void LogFailed(string incident, Exception failure);
}
