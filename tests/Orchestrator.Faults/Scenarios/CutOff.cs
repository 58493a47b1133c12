using Orchestrator.Faults.Network;
using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

internal enum From
{
    Database,
    Peers,
    Both,
}

/// <summary>A silo does not reach the database, the other silos, or either; packets are dropped in its network namespace.</summary>
internal sealed record CutOff(From From, Way Way) : Scenario(
    $"cut-from-{From.ToString().ToLowerInvariant()}{(Way == Way.Both ? "" : "-" + Way.ToString().ToLowerInvariant())}",
    $"a silo cut off from {(From == From.Both ? "PostgreSQL and its peers" : From == From.Database ? "PostgreSQL" : "its peers")}"
    + $"{(Way == Way.Both ? "" : $", {Way.ToString().ToLowerInvariant()} packets only")}, with a rollback meanwhile: the promise holds, and it rejoins within 20 s")
{
    private static readonly TimeSpan Rejoining = TimeSpan.FromSeconds(20);

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease, Namespaces = true };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        var node = stage.Cluster.Silos[^1];
        await Cut(stage, node);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var rollback = await stage.Api.Must(Name, "rollback");
        outcome.Figure($"{Name}: a rollback was acknowledged after {rollback.T - rollback.Asked:0.0} s at try {rollback.Tries}");
        await Task.WhenAll(stage.Promise(), Task.Delay(scale.Seconds(8, 30)));
        await node.Namespace!.Heal();
        var healed = stage.Recorder.Now;
        stage.Recorder.Say($"{node.Process} is healed");
        await Waiting.Until(() => stage.Ready(node), $"{node.Name} is ready", TimeSpan.FromSeconds(60));
        await stage.Api.Must(Name, "restore", to: node);
        var took = stage.Recorder.Now - healed;
        outcome.Figure($"{Name}: rejoined after {took:0.0} s as {node.Process}");
        outcome.Expect(took <= Rejoining.TotalSeconds, $"{Name}: rejoined only after {took:0.0} s, promised are {Rejoining.TotalSeconds:0} s");
    }

    private async Task Cut(Stage stage, Node node)
    {
        if (From is From.Database or From.Both)
        {
            await node.Namespace!.CutFromOutside(node.Database!.EndPoint.Port, Way);
        }

        if (From is From.Peers or From.Both)
        {
            await node.Namespace!.CutFrom(stage.Cluster.Nodes.Where(other => other != node).Select(other => other.Namespace!), Way);
        }

        stage.Recorder.Say($"{node.Process} is cut off from {From}, {Way}");
    }
}
