using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>The owner of a rollout is lost at the worst moment: when a trigger's "for" ends.</summary>
internal abstract record OwnerLost(string Called, string Tells) : Scenario(Called, Tells)
{
    /// <summary>From the end of the "for" to the rollback.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(16);

    private static readonly TimeSpan For = TimeSpan.FromSeconds(5);

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        for (var i = 0; i < scale.Times(1, 5); i++)
        {
            var name = $"{Name}-{i}";
            await stage.Rollout(name, Plans.Half(name, stage.Webhook));
            await using var load = stage.Ask(scale.Rate, name);
            var owner = await stage.OwnerOf(name);
            await using (var samples = new Samples(stage.Api, () => [.. stage.Cluster.Silos.Where(silo => silo != owner)], name))
            {
                await samples.Bad();
                await stage.Events(name, "TriggerBreached", TimeSpan.FromSeconds(20));
                await Task.Delay(For - TimeSpan.FromMilliseconds(100));
                var ended = stage.Recorder.Now;
                await Lose(stage, owner);
                var took = TimeSpan.FromSeconds(await stage.Events(name, "RolledBack", TimeSpan.FromSeconds(60)) - ended);
                outcome.Figure($"{name}: rolled back {took.TotalSeconds:0.0} s after the owner was lost at the end of the `for`");
                outcome.Expect(took <= Within, $"{name} was rolled back only after {took.TotalSeconds:0.0} s, promised are {Within.TotalSeconds:0} s");
            }

            await Return(stage, owner, outcome);
            await stage.Promise();
            await stage.AllReady(TimeSpan.FromSeconds(60));
        }
    }

    protected abstract Task Lose(Stage stage, Node owner);

    protected abstract Task Return(Stage stage, Node owner, Outcome outcome);
}

internal sealed record OwnerKilled() : OwnerLost("owner-killed", "kill -9 of the silo that owns a rollout when a trigger's `for` ends: rolled back within 16 s, once")
{
    protected override Task Lose(Stage stage, Node owner)
    {
        stage.Recorder.Say($"kill -9 {owner.Process}, the owner");
        return owner.Kill();
    }

    protected override Task Return(Stage stage, Node owner, Outcome outcome) => owner.Start();
}

internal sealed record OwnerPaused() : OwnerLost("owner-paused", "SIGSTOP of the owner when a trigger's `for` ends: another silo rolls back, and the owner that wakes writes nothing")
{
    protected override Task Lose(Stage stage, Node owner)
    {
        stage.Recorder.Say($"SIGSTOP {owner.Process}, the owner");
        owner.Send(Signal.Stop);
        return Task.CompletedTask;
    }

    protected override async Task Return(Stage stage, Node owner, Outcome outcome)
    {
        // What it would write has an old version, and it is watched for at its own connection.
        var wrote = owner.Database!.Commits.Mentioned("rollout.rolled_back");
        owner.Send(Signal.Continue);
        stage.Recorder.Say($"SIGCONT {owner.Process}");
        await Task.Delay(TimeSpan.FromSeconds(5));
        stage.Forget();
        outcome.Figure($"the owner that woke {(wrote.IsCompleted ? "tried to write and was refused" : "did not even try to write")}, and {(owner.Runs ? "goes on" : "ended itself")}");
        if (!owner.Runs)
        {
            await owner.Start();
        }
    }
}
