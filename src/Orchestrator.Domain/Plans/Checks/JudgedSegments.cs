using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Plans.Checks;

/// <summary>
/// Segments that a plan judges or names by themselves. Services name them in their samples, also while their users are on new by a
/// percentage: a rule about a segment that no sample names is blind.
/// </summary>
public static class JudgedSegments
{
    /// <summary>The samples of one rollout name at most this many segments, so a plan that has more rules could never be judged.</summary>
    public const int Most = 100;

    private static readonly ConditionalWeakTable<Plan, StrongBox<ImmutableArray<string>>> Known = [];

    /// <summary>
    /// Segments that rules and steps of the plan name, in the order of their definition. The same instance for the same plan.
    /// </summary>
    public static ImmutableArray<string> Of(Plan plan) => Known.GetValue(plan, static of => new(Work(of))).Value;

    private static ImmutableArray<string> Work(Plan plan)
    {
        var named = PlanRules.Of(plan).SelectMany(rule => rule.Condition.Leaves()).Select(leaf => leaf.Subject?.Segment).OfType<string>()
            .Concat(PlanRules.Triggers(plan).SelectMany(trigger => trigger.Judges(plan)))
            .Concat(plan.Phases.SelectMany(phase => phase.Steps)
                .SelectMany(step => step.Segments.Concat(step.Shares.Select(share => share.Segment))))
            .ToHashSet(StringComparer.Ordinal);
        return [.. plan.Segments.Select(segment => segment.Key).Where(named.Contains)];
    }

    /// <summary>Segments that the trigger judges or takes back; with <c>perSegment</c> and no list, all of the plan.</summary>
    internal static IEnumerable<string> Judges(this Trigger trigger, Plan plan) =>
        trigger is { PerSegment: true, Segments.IsEmpty: true } ? plan.Segments.Select(segment => segment.Key) : trigger.Segments;
}
