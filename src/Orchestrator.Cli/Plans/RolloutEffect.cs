using Orchestrator.Api.Client;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Plans;

/// <summary>Effect of a plan on a rollout in the step where it is now, by the rules of the server.</summary>
/// <param name="Rollout">Id of the rollout.</param>
/// <param name="Amendment">The effect; null where the rollout takes no plan in.</param>
/// <param name="Refusal">The reason why it takes none in; null where it does.</param>
internal sealed record RolloutEffect(string Rollout, Amendment? Amendment, string? Refusal)
{
    /// <summary>Asks the server; null where the plan before is of no rollout, or nothing changes.</summary>
    public static async Task<RolloutEffect?> Of(Invocation invocation, PlanSide? before, PlanSide after, CancellationToken stop)
    {
        if (before?.Rollout is not { } rollout || before.Plan.Hash == after.Plan.Hash)
        {
            return null;
        }

        try
        {
            var amendment = (await invocation.Api.Rollouts.AmendmentByText(rollout.Id, after.Text, stop)).Value;
            return amendment.From.Hash == before.Plan.Hash ? new RolloutEffect(rollout.Id, amendment, null)
                : throw new Failure(ExitCode.Refused, $"{rollout.Id} got another plan while it was compared. Compare again.");
        }
        catch (OrchestratorApiException refused) when (refused.Status == 409)
        {
            return new RolloutEffect(rollout.Id, null, refused.Message);
        }
    }

    /// <summary>The effect in sentences: whether the rollout may take the plan in, and what starts again.</summary>
    public IEnumerable<string> Sentences()
    {
        if (Amendment is not { } effect)
        {
            return [Refusal!];
        }

        return
        [
            .. effect.Refusals.Count > 0
                ? effect.Refusals.Select(one => one.Path.Length > 0 ? $"{one.Path}: {one.Message}" : one.Message)
                    .Prepend("It cannot take this plan in:")
                : effect.NeedsSecondPerson
                    ? effect.Looser.Select(one => $"{one.Path}: {one.Text}").Prepend("It takes this plan in when a second person agrees:")
                    : ["It can take this plan in at once."],
            .. Named("The evidence of trigger {0} starts again.", effect.Restarts.Triggers),
            .. Named("The evidence of criterion {0} starts again.", effect.Restarts.Criteria),
            .. Named("Review {0} no longer counts.", effect.Withdrawn.Select(one => one.Id)),
        ];
    }

    private static IEnumerable<string> Named(string sentence, IEnumerable<string> names) =>
        names.Select(name => string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, name));
}
