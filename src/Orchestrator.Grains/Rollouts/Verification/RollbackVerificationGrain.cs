using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Rollouts.Verification;

/// <summary>
/// The verification steps run beside the grain's turns, one at a time for each incident. The next step comes from the log by way of
/// this silo's world: on any silo the grain continues with the first missing step. A repeated report changes nothing.
/// </summary>
internal sealed partial class RollbackVerificationGrain(IWorld world, IGrainFactory grains, VerificationSteps steps,
    ILogger<RollbackVerificationGrain> logger) : Grain, IRollbackVerificationGrain
{
    private static readonly Actor Follower = new(ActorKind.System, "aftermath");
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Task> _running = new();
    private readonly CancellationTokenSource _stop = new();

    public async Task Follow(long position)
    {
        await world.WaitFor(position, CatchUp);
        var (rollout, stop) = (this.GetPrimaryKeyString(), _stop.Token);
        foreach (var incident in Incidents(rollout))
        {
            if (incident.Next is not null && !_running.ContainsKey(incident.Id))
            {
                _running[incident.Id] = Task.Run(() => Work(rollout, incident.Id, stop), CancellationToken.None);
            }
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Values);
    }

    private IEnumerable<Incident> Incidents(string rollout) => world.Current.Rollouts.GetValueOrDefault(rollout)?.State.Incidents ?? [];

    private async Task Work(string rollout, string incident, CancellationToken stop)
    {
        try
        {
            while (Open(rollout, incident) is ({ } state, { Next: { } step, Undone: { } rollback }))
            {
                bool Wanted() => Open(rollout, incident).Incident?.Next == step;
                if (await steps.Work(state, rollback, step, Wanted, stop) is not { } report)
                {
                    continue;
                }

                var result = await grains.GetGrain<IRolloutGrain>(rollout)
                    .Execute(new RolloutCommand.ReportLeg(incident, report), Envelope.By(Follower));
                LogReported(incident, step, result.Outcome);
                if (result.Outcome != CommandOutcome.Applied || !await world.WaitFor(result.Position, Patience, stop))
                {
                    // Another command was faster, or the log is unavailable: the next call reads the state again.
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The next activation, on any silo, continues with this step.
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

    [LoggerMessage(LogLevel.Debug, "Incident {Incident}: step {Step} reported, {Outcome}")]
    private partial void LogReported(string incident, VerificationStep step, CommandOutcome outcome);

    [LoggerMessage(LogLevel.Warning, "Verification of the rollback of incident {Incident} failed; retrying")]
    private partial void LogFailed(string incident, Exception failure);
}
