using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>Rollbacks without a fault, to measure their time.</summary>
internal sealed record Rollbacks(bool Push) : Scenario(
    Push ? "rollbacks" : "rollbacks-without-push", $"rollback to the last `new` answer, all healthy, {(Push ? "with" : "without")} pushes between silos")
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease, Push = Push };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Long ? 500 : 300, Name);
        for (var i = 0; i < scale.Times(8, 200); i++)
        {
            // Not always at the same phase of anything that polls once a second.
            await Task.Delay(Rest + TimeSpan.FromMilliseconds(i * 37 % 500));
            await stage.Api.Must(Name, "rollback");
            await Task.Delay(Rest);
            await stage.Api.Must(Name, "restore");
        }
    }
}
