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

    /// <summary>The "for" ends on sample time, which may be up to a sample earlier than it looks from here.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(700);

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        for (var (lost, turn) = (0, 0); lost < scale.Times(1, 5); turn++)
        {
            // A try in which the owner was faster proves nothing; the number of tries is bounded.
            if (turn >= scale.Times(4, 15))
            {
                throw new ScenarioFailedException($"only {lost} of {turn} owners were lost in time");
            }

            lost += await LoseOne(stage, $"{Name}-{turn}", scale, outcome) ? 1 : 0;
        }
    }

    private async Task<bool> LoseOne(Stage stage, string name, Scale scale, Outcome outcome)
    {
        await stage.Rollout(name, Plans.Half(name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, name);
        var owner = await stage.OwnerOf(name);
        double lost, took;
        await using (var samples = new Samples(stage.Api, () => [.. stage.Cluster.Silos.Where(silo => silo != owner)], name))
        {
            await samples.Bad();
            var ends = await stage.Events(name, "TriggerBreached", TimeSpan.FromSeconds(20)) + For.TotalSeconds;
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, ends - stage.Recorder.Now - Before.TotalSeconds)));
            lost = stage.Recorder.Now;
            await Lose(stage, owner);
            var rolledBack = await stage.Events(name, "RolledBack", TimeSpan.FromSeconds(60));
            (took, lost) = (rolledBack - ends, rolledBack - lost);
        }

        await Return(stage, owner, outcome);
        await stage.Promise();
        await stage.AllReady(TimeSpan.FromSeconds(60));
        if (lost <= 0)
        {
            return false;
        }

        outcome.Figure($"{name}: rolled back {took:0.0} s after the end of the `for`, when the owner was lost");
        outcome.Expect(took <= Within.TotalSeconds, $"{name} was rolled back only after {took:0.0} s, promised are {Within.TotalSeconds:0} s");
        return true;
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
        // Its append would have an old version; the proxy of its own connection watches for it.
        var wrote = owner.Database!.Commits.Mentioned("rollout.rolled_back");
        owner.Send(Signal.Continue);
        stage.Recorder.Say($"SIGCONT {owner.Process}");
        await Task.Delay(TimeSpan.FromSeconds(5));
        stage.Forget();
        outcome.Figure($"the owner that woke {(wrote.IsCompleted ? "tried to write and was refused" : "did not even try to write")}, and {(owner.Runs ? "still runs" : "ended itself")}");
        if (!owner.Runs)
        {
            await owner.Start();
        }
    }
}
