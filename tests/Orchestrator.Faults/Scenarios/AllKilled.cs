using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>A power failure and its end.</summary>
internal sealed record AllKilled() : Scenario("all-killed", "kill -9 of every node at once while a step's end falls due, and a start of all: evaluation at once, due work done once")
{
    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        for (var i = 0; i < scale.Times(1, 5); i++)
        {
            var (steady, due) = ($"{Name}-{i}", $"{Name}-due-{i}");
            await stage.Rollout(steady, Plans.Half(steady, stage.Webhook));
            await stage.Rollout(due, Plans.Due(due, stage.Webhook, "6s"));
            await using var load = stage.Ask(scale.Rate, steady, due);
            await using var samples = new Samples(stage.Api, () => stage.Cluster.Silos, due);
            stage.Recorder.Say("kill -9 of every node");
            await Task.WhenAll(stage.Cluster.Nodes.Select(node => node.Kill()));
            await Task.Delay(TimeSpan.FromSeconds(6));
            var started = stage.Recorder.Now;
            var starts = Task.WhenAll(stage.Cluster.Nodes.Select(node => node.Start()));
            var first = await stage.FirstAnswer(steady, started, TimeSpan.FromSeconds(60));
            outcome.Figure($"{Name}: evaluation {first - started:0.0} s after the start of all nodes, on {Environment.ProcessorCount} processors");
            await starts;
            await stage.AllReady(TimeSpan.FromSeconds(60));
            await stage.Events(due, "PercentageRaised", TimeSpan.FromSeconds(60), count: 2);
            outcome.Figure($"{Name}: due work was done {stage.Recorder.Now - started:0.0} s after the start");
            await stage.Api.Must(steady, "rollback");
            await stage.Promise();
            var done = stage.Recorder.SoFar<Entry.Noticed>(e => e.Stream == "rollout/" + due && e.Type == "StepCompleted").DistinctBy(e => e.Id).Count();
            outcome.Expect(done == 1, $"{due}: its first step ended {done} times");
        }
    }
}
