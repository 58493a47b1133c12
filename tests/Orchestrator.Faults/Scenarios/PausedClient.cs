using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>A service with local decisions is suspended during a rollback. Its grant expired meanwhile, and its own clock
/// must show that before its first answer: it reaches no node for the first second.</summary>
internal sealed record PausedClient() : Scenario(
    "paused-client", "SIGSTOP of a service with the .NET client, a rollback meanwhile, SIGCONT while it reaches no node: no stale `new` leaves it")
{
    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        await using var service = await stage.Service(Name, stage.Cluster.Silos[0]);
        var (node, pause) = (service.Node, scale.Seconds(8, 60));
        node.Send(Signal.Stop);
        service.Way.Blackhole();
        stage.Recorder.Say($"SIGSTOP {node.Process}");
        await stage.Api.Must(Name, "rollback");

        // These wait in the suspended service's socket until it continues.
        double woke;
        await using (new Load(stage.Recorder, [node], [Name], scale.Times(20, 5), pause + TimeSpan.FromSeconds(30)))
        {
            await Task.Delay(pause);
            woke = stage.Recorder.Now;
            node.Send(Signal.Continue);
            stage.Recorder.Say($"SIGCONT {node.Process}");
            await Task.Delay(TimeSpan.FromSeconds(1));
            service.Way.Heal();
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        var waited = stage.Recorder.SoFar<Entry.Answered>(answer => answer.Node == node.Process && answer.Asked < woke && answer.T > woke);
        var stale = waited.Count(answer => answer.Reason == "STALE");
        outcome.Figure($"{Name}: {waited.Length} requests waited in the service, {stale} of them answered as stale");
        outcome.Expect(stale > 0, $"{Name}: no request that waited in the suspended service was answered as stale");

        await using var after = new Load(stage.Recorder, [node], [Name], 50);
        var restored = await stage.Api.Must(Name, "restore");
        await stage.New(service, restored.Asked, TimeSpan.FromSeconds(30));
    }
}
