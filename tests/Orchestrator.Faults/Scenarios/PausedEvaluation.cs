using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>
/// A node is suspended during a rollback and continues with a queue of requests. Its own clock must show that its lease has expired.
/// </summary>
internal sealed record PausedEvaluation() : Scenario("paused-evaluation", "SIGSTOP of an evaluation node, a rollback meanwhile, SIGCONT: no stale `new` leaves it")
{
    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        var (node, pause) = (stage.Cluster.Evaluations[0], scale.Seconds(8, 60));
        await Task.Delay(TimeSpan.FromSeconds(1));
        node.Send(Signal.Stop);
        stage.Recorder.Say($"SIGSTOP {node.Process}");
        await stage.Api.Must(Name, "rollback");

        // These wait in the suspended node's socket until it continues.
        var patience = pause + TimeSpan.FromSeconds(30);
        double woke;
        await using (new Load(stage.Recorder, [node], [Name], scale.Times(20, 5), patience))
        {
            await Task.Delay(pause);
            woke = stage.Recorder.Now;
            node.Send(Signal.Continue);
            stage.Recorder.Say($"SIGCONT {node.Process}");
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        var waited =
            stage.Recorder.SoFar<Entry.Answered>(answer => answer.Node == node.Process && answer.Asked < woke && answer.T > woke).Length;
        outcome.Figure($"{Name}: {waited} requests waited in the node");
        outcome.Expect(waited > 0, $"{Name}: no request waited in the suspended node");
        await stage.AllReady(TimeSpan.FromSeconds(20));
        await stage.Api.Must(Name, "restore");
    }
}
