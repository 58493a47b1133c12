using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>Wall clocks are wrong, and differ. No promise rests on them.</summary>
internal sealed record ClockJumps() : Scenario("clock-jumps", "the wall clocks of a silo and of an evaluation node jump an hour ahead and a day back, with rollbacks: the promise holds")
{
    private static readonly TimeSpan[] Jumps = [TimeSpan.FromHours(1), TimeSpan.Zero, TimeSpan.FromDays(-1), TimeSpan.Zero];

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease, WallClocks = true };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        foreach (var jump in Jumps)
        {
            stage.Recorder.Say($"wall clocks of {stage.Cluster.Silos[^1].Process} and {stage.Cluster.Evaluations[0].Process}: {jump} from the others'");
            stage.Cluster.Silos[^1].Clock!.Jump(jump);
            stage.Cluster.Evaluations[0].Clock!.Jump(jump);
            await Task.Delay(TimeSpan.FromSeconds(1));
            await stage.Api.Must(Name, "rollback");
            await stage.Promise();
            await stage.Api.Must(Name, "restore");
            await stage.AllReady(TimeSpan.FromSeconds(30));
        }
    }
}
