using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Reviews;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>Reviews need no fewer people, happen no less often, and admit no new deciders.</summary>
internal static class PeopleStrictness
{
    public static IEnumerable<Loosening> Of(Plan before, Plan after, StepPairs steps) =>
        Approvals(before, after).Concat(steps.All.SelectMany(pair => Reviews(before, after, pair)))
            .Concat(steps.All.SelectMany(pair => Triggers(before, after, pair)));

    private static IEnumerable<Loosening> Approvals(Plan before, Plan after)
    {
        if (after.Approval.Quorum < before.Approval.Quorum)
        {
            yield return new Loosening("approvals.quorum", $"fewer people must agree: {before.Approval.Quorum} becomes {after.Approval.Quorum}");
        }

        if (Joining(before, after, [], []) is { Length: > 0 } joining)
        {
            yield return new Loosening("approvals.roles", $"{string.Join(", ", joining)} may decide, who could not before");
        }
    }

    private static IEnumerable<Loosening> Reviews(Plan before, Plan after, StepPair pair)
    {
        foreach (var loosening in Compare(before, after, pair.Before.Step.Review, pair.After.Step.Review, $"{pair.After.Path}.review", $"step {pair.After.Step.Name}"))
        {
            yield return loosening;
        }

        if (!pair.After.IsLast || !pair.Before.IsLast)
        {
            yield break;
        }

        foreach (var loosening in Compare(before, after, pair.Before.Phase.Review, pair.After.Phase.Review, $"phases[{pair.After.PhaseIndex}].review", $"phase {pair.After.Phase.Name}"))
        {
            yield return loosening;
        }

        foreach (var objective in pair.Before.Phase.Objectives.Where(
            one => one.Required && !pair.After.Phase.Objectives.Any(now => now.Required && now.Name == one.Name)))
        {
            yield return new Loosening($"phases[{pair.After.PhaseIndex}].objectives", $"the objective '{objective.Name}' no longer needs to be ticked before the phase ends");
        }
    }

    private static IEnumerable<Loosening> Compare(Plan before, Plan after, ReviewPlan? was, ReviewPlan? now, string path, string place)
    {
        if (was is null)
        {
            yield break;
        }

        if (now is null)
        {
            yield return new Loosening(path, $"{place} no longer requires a review");
            yield break;
        }

        if (now.Every != was.Every && !(now.Every < was.Every))
        {
            yield return new Loosening(path, $"{place} requires reviews at other times: {Often(was)} becomes {Often(now)}");
        }

        if ((now.Quorum ?? after.Approval.Quorum) < (was.Quorum ?? before.Approval.Quorum))
        {
            yield return new Loosening(path, $"fewer people must agree in {place}: {was.Quorum ?? before.Approval.Quorum} becomes {now.Quorum ?? after.Approval.Quorum}");
        }

        if (Joining(before, after, was.Roles, now.Roles) is { Length: > 0 } joining)
        {
            yield return new Loosening(path, $"{string.Join(", ", joining)} may decide in {place}, who could not before");
        }
    }

    private static IEnumerable<Loosening> Triggers(Plan before, Plan after, StepPair pair) =>
        from was in pair.Before.Rules.Triggers
        let now = pair.After.Rules.Triggers.FirstOrDefault(trigger => trigger.Name == was.Name)
        where now is { Action: TriggerAction.Review } && was.Action == TriggerAction.Review
        let joining = Joining(before, after, was.Roles, now.Roles)
        where joining.Length > 0
        select new Loosening("triggers", $"{string.Join(", ", joining)} may decide on trigger '{was.Name}', who could not before");

    private static string[] Joining(Plan before, Plan after, ImmutableArray<string> was, ImmutableArray<string> now) =>
        [.. Roles(after, now).Except(Roles(before, was))];

    private static ImmutableArray<string> Roles(Plan plan, ImmutableArray<string> own) => Reviewing.Roles(plan, own);

    private static string Often(ReviewPlan review) => review.Every is { } every ? $"every {Durations.Format(every)}" : "once, at the end";
}
