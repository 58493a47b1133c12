using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>No share and no segment comes earlier, no step holds shorter, no gate is left out.</summary>
internal static class PaceStrictness
{
    public static IEnumerable<Loosening> Of(RolloutState state, Plan after, StepPairs steps) =>
        Holds(state.Plan, after, steps)
            .Concat(steps.Gone.Select(step => new Loosening(step.Path, $"step {step.Step.Name} and its gate are gone, and no step replaces them")))
            .Concat(Earlier(state, after));

    private static IEnumerable<Loosening> Holds(Plan before, Plan after, StepPairs steps)
    {
        foreach (var pair in steps.All.Where(pair => pair.SameName && pair.After.Step.Hold < pair.Before.Step.Hold))
        {
            yield return new Loosening($"{pair.After.Path}.hold", $"step {pair.After.Step.Name} holds shorter: {Durations.Format(pair.Before.Step.Hold)} becomes {Durations.Format(pair.After.Step.Hold)}");
        }

        foreach (var (index, phase) in after.Phases.Index())
        {
            if (before.Phases.FirstOrDefault(one => one.Name == phase.Name)?.Duration is { } was && !(phase.Duration?.Min >= was.Min))
            {
                yield return new Loosening(
                    $"phases[{index}].duration", $"phase {phase.Name} may be shorter: {Durations.Format(was.Min)} becomes {(phase.Duration is { } now ? Durations.Format(now.Min) : "no least time")}");
            }
        }
    }

    private static IEnumerable<Loosening> Earlier(RolloutState state, Plan after)
    {
        var (was, now) = (Ahead(state, state.Plan), Ahead(state, after));
        foreach (var (index, arrival) in now.Index())
        {
            var before = index == 0 ? null : now[index - 1];
            var share = Earliest(was, one => one.Share >= arrival.Share);
            if (arrival.Share > (before?.Share ?? Share.None) && Sooner(arrival, share))
            {
                yield return new Loosening($"{arrival.Path}.percentage", $"{arrival.Share} of users are on new {When(arrival, share)}");
            }

            var named = arrival.Users.Segments.Concat(arrival.Users.Shares.Select(one => one.Segment));
            foreach (var segment in named.Where(segment => arrival.Users.Of(segment) > (before?.Users.Of(segment) ?? Share.None)))
            {
                var joined = Earliest(was, one => one.Users.Of(segment) >= arrival.Users.Of(segment));
                if (Sooner(arrival, joined))
                {
                    var whole = arrival.Users.Segments.Contains(segment);
                    yield return new Loosening(
                        $"{arrival.Path}.{(whole ? "segments" : "audience")}",
                        $"{(whole ? "segment" : $"{arrival.Users.Of(segment)} of segment")} {segment} is on new {When(arrival, joined)}");
                }
            }
        }
    }

    private static bool Sooner(Arrival arrival, TimeSpan? before) => before is null || arrival.After < before;

    private static string When(Arrival arrival, TimeSpan? before) => before is { } was
        ? $"{Durations.Format(arrival.After)} after the current step began at the earliest, and {Durations.Format(was)} before"
        : "in this plan, and never in the plan in force";

    private static TimeSpan? Earliest(ImmutableArray<Arrival> arrivals, Func<Arrival, bool> reaches) =>
        arrivals.FirstOrDefault(reaches)?.After;

    /// <summary>The audience of the current step and those after it, with the least time to each.</summary>
    private static ImmutableArray<Arrival> Ahead(RolloutState state, Plan plan)
    {
        var arrivals = ImmutableArray.CreateBuilder<Arrival>();
        var (at, began, phase) = (TimeSpan.Zero, TimeSpan.Zero, state.PhaseIndex);
        foreach (var audience in Audience.Of(plan).Where(one => (one.Phase, one.Index).CompareTo((state.PhaseIndex, state.StepIndex)) >= 0))
        {
            if (audience.Phase != phase)
            {
                (at, phase) = (Longest(at, began + (plan.Phases[phase].Duration?.Min ?? TimeSpan.Zero)), audience.Phase);
                began = at;
            }

            arrivals.Add(new Arrival($"phases[{audience.Phase}].steps[{audience.Index}]", at, audience.Users));
            at += plan.Phases[audience.Phase].Steps[audience.Index].Hold;
        }

        return arrivals.ToImmutable();
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed record Arrival(string Path, TimeSpan After, StepAudience Users)
    {
        public Share Share => Users.Percentage;
    }
}
