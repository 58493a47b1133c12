using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>An upgrade: each node is stopped, and another process replaces it.</summary>
/// <param name="Before">Orchestrator.Silo.dll of an older build, which each node runs at first; null for this build.</param>
internal sealed record RollingRestart(string? Before = null) : Scenario(
    Before is null ? "rolling-restart" : "rolling-upgrade", "SIGTERM of every node, one after the other, under load: each ends in order, and no decision and no command is lost")
{
    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease, Before = Before };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);

        // Readers before writers: as docs/operations.md says.
        foreach (var node in scale.Long || Before is not null
            ? [.. stage.Cluster.Nodes.OrderBy(node => node.IsSilo)]
            : (Node[])[stage.Cluster.Evaluations[0], stage.Cluster.Silos[0]])
        {
            stage.Recorder.Say($"SIGTERM {node.Process}");
            var (process, stopping, rollback) = (node.Process, node.Stop(), stage.Api.Must(Name, "rollback"));
            outcome.Expect(await stopping == 0, $"{process} ended with {await stopping} after SIGTERM");
            await rollback;
            await node.Start();
            await stage.AllReady(TimeSpan.FromSeconds(60));
            await stage.Api.Must(Name, "restore");
        }

        outcome.Expect(load.Unanswered == 0, $"{Name}: {load.Unanswered} decisions were not answered");
    }
}
