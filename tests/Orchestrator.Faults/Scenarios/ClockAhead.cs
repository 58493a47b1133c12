using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>A wall clock that was wrong must not take a rollback away: not for as long as it was ahead, not over a restart.</summary>
internal sealed record ClockAhead() : Scenario("clock-ahead", "the wall clock is 30 days ahead for three seconds, and over a restart: a release that fails afterwards is rolled back by its trigger")
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(30);
    private static readonly TimeSpan For = TimeSpan.FromSeconds(3);

    public override Layout Layout(Scale scale) => Processes.Layout.Embedded with { Lease = scale.Lease, WallClocks = true };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await FailAfter(stage, outcome, "jump", _ => Task.CompletedTask);
        await FailAfter(stage, outcome, "restart", async node =>
        {
            await node.Kill();
            await node.Start();
        });
    }

    private async Task FailAfter(Stage stage, Outcome outcome, string how, Func<Node, Task> meanwhile)
    {
        var (name, node) = ($"{Name}-{how}", stage.Cluster.Nodes[0]);
        await stage.Rollout(name, Plans.Half(name, stage.Webhook));
        await using var load = stage.Ask(20, name);
        await using var samples = new Samples(stage.Api, () => stage.Cluster.Nodes, name);
        await samples.Well();
        stage.Recorder.Say($"the wall clock of {node.Process} is {Ahead.TotalDays:0} days ahead for {For.TotalSeconds:0} s");
        node.Clock!.Jump(Ahead);
        await meanwhile(node);
        await Task.Delay(For);
        node.Clock.Jump(TimeSpan.Zero);
        await samples.Bad();
        var bad = stage.Recorder.Now;
        var rolledBack = await stage.Events(name, "RolledBack", TimeSpan.FromSeconds(40));
        outcome.Figure($"{name}: rolled back {rolledBack - bad:0.0} s after the release began to fail, `for` is 5 s");
        await stage.Promise();
    }
}
