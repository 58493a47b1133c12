using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

internal enum Away
{
    Stopped,
    Hung,
}

/// <summary>No database: nodes answer from their tables for as long as allowed, and an operator gets a clear answer.</summary>
internal sealed record DatabaseAway(Away Away) : Scenario(
    $"database-{(Away == Away.Stopped ? "stopped" : "hung")}",
    $"PostgreSQL {(Away == Away.Stopped ? "stopped" : "hung (SIGSTOP)")}: `onStale: legacy` is off `new` after lease + 1 s, `last` is unchanged, no process ends, a rollback issued meanwhile is applied once")
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Clearly = TimeSpan.FromSeconds(15);

    private string Careful => Name + "-legacy";

    private string Steady => Name + "-last";

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Careful, Plans.Half(Careful, stage.Webhook));
        await stage.Rollout(Steady, Plans.Half(Steady, stage.Webhook, onStale: "last"));
        await using var load = stage.Ask(scale.Rate, Careful, Steady);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var before = stage.Recorder.Now;
        await Go(stage);
        var gone = stage.Recorder.Now;
        var rollback = await stage.Api.Once(Careful, "rollback", Clearly);
        outcome.Figure($"{Name}: a rollback issued during the outage was answered with {rollback.Status} {rollback.Code} after {rollback.T - rollback.Asked:0.0} s");
        outcome.Expect(
            rollback.Status is 202 or 503,
            $"{Name}: a rollback issued during the outage was answered with {rollback.Status} {rollback.Code}, not clearly (202 stored, or 503) within {Clearly.TotalSeconds:0} s");
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, gone + scale.Seconds(8, 60).TotalSeconds - stage.Recorder.Now)));
        outcome.Expect(stage.Cluster.Nodes.All(node => node.Runs), $"{Name}: ended: {string.Join(", ", stage.Cluster.Nodes.Where(node => !node.Runs).Select(node => node.Process))}");
        var back = stage.Recorder.Now;
        await Return(stage);
        stage.Recorder.Say("PostgreSQL is back");
        var recovery = await stage.AllReady(TimeSpan.FromSeconds(60));
        outcome.Figure($"{Name}: every node ready {recovery.TotalSeconds:0.0} s after PostgreSQL was back");
        outcome.Expect(recovery <= Recovery, $"{Name}: all recovered only after {recovery.TotalSeconds:0.0} s, promised are {Recovery.TotalSeconds:0} s");
        var said = await stage.Api.Again(rollback);
        outcome.Expect(said.Acknowledged, $"{Name}: the rollback issued during the outage was answered with {said.Status} {said.Code} when it was sent again afterwards");
        await stage.Promise();
        Judge(stage, outcome, before, gone, back);
    }

    private async Task Go(Stage stage)
    {
        stage.Recorder.Say(Away == Away.Stopped ? "PostgreSQL is stopped" : "PostgreSQL hangs");
        if (Away == Away.Stopped)
        {
            await stage.Cluster.Postgres!.Stop();
        }
        else
        {
            stage.Cluster.Postgres!.Pause();
        }
    }

    private async Task Return(Stage stage)
    {
        if (Away == Away.Stopped)
        {
            await stage.Cluster.Postgres!.Start();
        }
        else
        {
            stage.Cluster.Postgres!.Continue();
        }
    }

    private void Judge(Stage stage, Outcome outcome, double before, double gone, double back)
    {
        var answers = stage.Recorder.SoFar<Entry.Answered>(answer => answer.Rollout == Careful || answer.Rollout == Steady);
        var stale = gone + stage.Cluster.Layout.Bound.TotalSeconds;
        var late = answers.Count(answer => answer.Rollout == Careful && answer.Variant == "new" && answer.Asked > stale && answer.T < back);
        outcome.Expect(late == 0, $"{Name}: {late} answers were `new` later than lease + 1 s after PostgreSQL was down, under `onStale: legacy`");

        var steady = answers.Where(answer => answer.Rollout == Steady && answer.T < back).ToLookup(answer => answer.Asked > stale);
        var known = steady[false].GroupBy(answer => answer.User).ToDictionary(user => user.Key, user => user.First().Variant);
        var moved = steady[true].Count(answer => known.TryGetValue(answer.User, out var variant) && variant != answer.Variant);
        outcome.Expect(steady[true].Any(answer => answer.Variant == "new"), $"{Name}: under `onStale: last` no user was on `new` any more");
        outcome.Expect(moved == 0, $"{Name}: {moved} users got another variant under `onStale: last`");
        outcome.Figure($"{Name}: answer before {Checking.Figures.Spread(Latency(answers, before - 2, before))}; without PostgreSQL {Checking.Figures.Spread(Latency(answers, gone, back))}");
    }

    private static double[] Latency(IEnumerable<Entry.Answered> answers, double from, double to) =>
        [.. answers.Where(answer => answer.Asked >= from && answer.T <= to && answer.Tries == 1).Select(answer => answer.T - answer.Asked)];
}

/// <summary>Everything takes longer, and still works.</summary>
internal sealed record DatabaseSlow() : Scenario("database-slow", "every node 100 ms farther from PostgreSQL, each way: rollbacks continue, and the promise holds")
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        foreach (var proxy in stage.Cluster.Nodes.Select(node => node.Database!))
        {
            (proxy.ToServer.Delay, proxy.ToClient.Delay) = (Delay, Delay);
        }

        stage.Recorder.Say("PostgreSQL is slow");
        for (var i = 0; i < scale.Times(1, 10); i++)
        {
            var rollback = await stage.Api.Must(Name, "rollback");
            outcome.Figure($"{Name}: a rollback was acknowledged after {(rollback.T - rollback.Asked) * 1000:0} ms at try {rollback.Tries}");
            await stage.Promise();
            await stage.Api.Must(Name, "restore");
        }

        foreach (var node in stage.Cluster.Nodes)
        {
            node.Database!.Heal();
        }

        await stage.AllReady(TimeSpan.FromSeconds(30));
    }
}
