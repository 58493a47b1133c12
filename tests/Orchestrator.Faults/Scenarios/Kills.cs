using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>Silos die at any moment; orchestration continues, and few callers see an error.</summary>
internal sealed record Kills() : Scenario("kills", "kill -9 of a random silo again and again under load, a rollback after every fifth (short: after each)")
{
    public const double MostFailed = 0.001;

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        var chance = new Random(4711);
        var every = scale.Times(1, 5);
        for (var i = 1; i <= scale.Times(2, 20); i++)
        {
            var silo = stage.Cluster.Silos[chance.Next(stage.Cluster.Silos.Count)];
            stage.Recorder.Say($"kill -9 {silo.Process} ({i})");
            await silo.Kill();
            if (i % every == 0)
            {
                var rollback = await stage.Api.Must(Name, "rollback");
                outcome.Figure($"with a silo just killed, a rollback was acknowledged after {(rollback.T - rollback.Asked) * 1000:0} ms at try {rollback.Tries}");
                await Task.WhenAll(silo.Start(), stage.Promise());
                await stage.Api.Must(Name, "restore");
            }
            else
            {
                await silo.Start();
            }

            await stage.AllReady(TimeSpan.FromSeconds(60));
        }

        var (answered, failed) = (stage.Recorder.SoFar<Entry.Answered>(a => a.Rollout == Name).Length, load.Unanswered);
        outcome.Figure($"{Name}: {failed} of {answered + failed} decisions were not answered at the second try");
        outcome.Expect(failed <= MostFailed * (answered + failed), $"{Name}: {failed} of {answered + failed} decisions failed, promised is a share of {MostFailed}");
    }
}
