using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Scenarios;

/// <summary>The worst moment to lose a connection: committed, without an answer.</summary>
internal sealed record CommitAnswersCut() : Scenario("commit-answers-cut", "the database commits a rollback and the answer to COMMIT is lost: the caller gets an answer, and it is applied once")
{
    private static readonly (string Verb, string Stored)[] Commands = [("rollback", "rollout.rolled_back"), ("restore", "rollout.restored")];

    public override Layout Layout(Scale scale) => new() { Lease = scale.Lease };

    public override async Task Play(Stage stage, Scale scale, Outcome outcome)
    {
        await stage.Rollout(Name, Plans.Half(Name, stage.Webhook));
        await using var load = stage.Ask(scale.Rate, Name);
        for (var i = 0; i < scale.Times(2, 25); i++)
        {
            foreach (var (verb, stored) in Commands)
            {
                var cuts = stage.Cluster.Silos.Select(silo => silo.Database!.Commits.CutCommitOf(stored)).ToArray();
                var command = await stage.Api.Must(Name, verb);
                var cut = await Task.WhenAny([.. cuts, Task.Delay(TimeSpan.FromSeconds(5))]);
                stage.Forget();
                outcome.Expect(cuts.Contains(cut), $"no answer to the COMMIT of a {verb} passed by, so nothing was cut");
                stage.Recorder.Say($"cut the answer to the COMMIT of a {verb}; acknowledged after {(command.T - command.Asked) * 1000:0} ms at try {command.Tries}");
            }
        }
    }
}
