using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>
/// A service with local decisions loses the connection to its only node: it still answers, and is on legacy when its grant has expired.
/// </summary>
/// <param name="NodeSleeps">True when the node is suspended (SIGSTOP), false when bytes between the two are lost.</param>
internal sealed record CutOffClient(bool NodeSleeps) : Scenario(
    NodeSleeps ? "client-of-sleeping-node" : "cut-off-client",
    $"a service with the .NET client {(NodeSleeps ? "whose node sleeps (SIGSTOP)" : "cut off from its node")}, a rollback meanwhile: the promise holds, and it comes back")
{
    private const int Rate = 100;

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        var node = stage.Cluster.Evaluations[0];
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        await using var service = await stage.Service(Name, node);
        await using var asking = new Load(stage.Recorder, [service.Node], [Name], Rate);
        Cut(node, service);
        stage.Recorder.Say($"{service.Node.Process} is cut off from {node.Process}");
        await stage.Api.Must(Name, "rollback");
        var committed = await stage.Events(Name, "RolledBack", TimeSpan.FromSeconds(40));
        await Task.WhenAll(stage.Promise(), Task.Delay(scale.Seconds(4, 30)));
        var answers = stage.Recorder.SoFar<Entry.Answered>(answer => answer.Node == service.Node.Process && answer.Asked > committed);
        var last = answers.Where(answer => answer.Variant == "new").Select(answer => answer.T - committed).DefaultIfEmpty(0).Max();
        outcome.Figure($"{Name}: the service gave {answers.Length} answers without its node; the last `new` of them {last:0.00} s after the commit was known");
        outcome.Expect(answers.Any(answer => answer.Reason == "STALE"), $"{Name}: the service was never stale: was it cut off?");

        Heal(node, service);
        stage.Recorder.Say($"{service.Node.Process} reaches {node.Process} again");
        await stage.AllReady(TimeSpan.FromSeconds(20));
        var restored = await stage.Api.Must(Name, "restore");
        var back = await stage.New(service, restored.Asked, TimeSpan.FromSeconds(60));
        outcome.Figure($"{Name}: the first user is back {back.TotalSeconds:0.0} s after the restore");
    }

    private void Cut(Node node, ClientService service)
    {
        if (NodeSleeps)
        {
            node.Send(Signal.Stop);
        }
        else
        {
            service.Way.Blackhole();
        }
    }

    private void Heal(Node node, ClientService service)
    {
        if (NodeSleeps)
        {
            node.Send(Signal.Continue);
        }
        else
        {
            service.Way.Heal();
        }
    }
}
