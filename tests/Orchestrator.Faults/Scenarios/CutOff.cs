using Orchestrator.Faults.Network;
using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;
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
    private Entry.Commanded? _restore;

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease, Namespaces = true };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        var node = stage.Cluster.Silos[^1];
        await Cut(stage, node);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var rollback = await stage.Api.Must(Name, "rollback", to: stage.Cluster.Silos[0]);
        var committed = await stage.Events(Name, "RolledBack", TimeSpan.FromSeconds(40));
        outcome.Figure($"{Name}: a rollback was answered with {rollback.Status} after {rollback.T - rollback.Asked:0.0} s at try {rollback.Tries}, and committed after {committed - rollback.Asked:0.0} s");
        await Task.WhenAll(stage.Promise(), Task.Delay(scale.Seconds(8, 30)));
        await node.Namespace!.Heal();
        var healed = stage.Recorder.Now;
        stage.Recorder.Say($"{node.Process} is healed");
        await Waiting.Until(() => Works(stage, node), $"{node.Name} is ready and accepts commands", TimeSpan.FromSeconds(60));
        var took = stage.Recorder.Now - healed;
        outcome.Figure($"{Name}: rejoined after {took:0.0} s as {node.Process}");
        outcome.Expect(took <= Rejoining.TotalSeconds, $"{Name}: rejoined only after {took:0.0} s, promised are {Rejoining.TotalSeconds:0} s");
    }

    /// <summary>True when it is ready and accepts commands: a silo that is about to end itself has not rejoined.</summary>
    private async Task<bool> Works(Stage stage, Node node)
    {
        if (!await stage.Ready(node))
        {
            return false;
        }

        _restore = _restore is null
            ? await stage.Api.Once(Name, "restore", TimeSpan.FromSeconds(5), node)
            : await stage.Api.Again(_restore, TimeSpan.Zero, node);
        return _restore.Status == 200;
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
