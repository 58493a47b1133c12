using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>The embedded orchestrator alone: every acknowledged event survives.</summary>
internal sealed record SingleKills() : Scenario("single-kills", "kill -9 of a single silo on its own store, under load, a rollback or a restore between")
{
    public override Layout Layout(Scale scale) => Processes.Layout.Embedded with { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        var node = stage.Cluster.Nodes[0];
        for (var i = 0; i < scale.Times(2, 10); i++)
        {
            await stage.Api.Must(Name, "rollback");
            stage.Recorder.Say("kill -9");
            await node.Kill();
            await node.Start();
            await stage.Promise();
            await stage.Api.Must(Name, "restore");
            await node.Kill();
            await node.Start();
        }
    }
}
