using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Amending;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.Rollouts.Amending;

/// <summary>Corrected plans for the rollout of <see cref="Some.PlanText"/>.</summary>
internal static class Correcting
{
    /// <summary>The plan with texts replaced; each must be there.</summary>
    public static Plan Plan(params (string From, string To)[] changes) => Some.Plan(changes.Aggregate(Some.PlanText, (text, change) =>
    {
        Assert.Contains(change.From, text, StringComparison.Ordinal);
        return text.Replace(change.From, change.To, StringComparison.Ordinal);
    }));

    public static Decision<RolloutEvent> Amend(this Simulator rollout, Plan plan, string reason = "the limit was wrong", Actor? by = null, int revision = 2) =>
        rollout.Command(new Amend(plan, revision, reason), by ?? Some.Admin);

    public static Amendment Effect(this Simulator rollout, Plan plan) => Amendment.Of(rollout.State, plan, 2);

    public static string[] Looser(this Simulator rollout, params (string From, string To)[] changes) =>
        [.. rollout.Effect(Plan(changes)).Looser.Select(one => $"{one.Path}: {one.Text}")];

    public static string[] Refusals(this Simulator rollout, Plan plan) => [.. rollout.Effect(plan).Refusals.Select(one => one.Path)];

    public static void Refused(string code, Decision<RolloutEvent> decision) =>
        Assert.Equal(code, Assert.IsType<Decision<RolloutEvent>.Refused>(decision).Code);

    public static Simulator Approve(this Simulator rollout, Actor by)
    {
        var review = rollout.State.Reviews.Single(r => r is { Open: true, Kind: ReviewKind.Amendment });
        Assert.IsType<Decision<RolloutEvent>.Accepted>(rollout.Command(new DecideReview(review.Id, true, "agreed", review.EvidenceHash), by));
        return rollout;
    }
}
