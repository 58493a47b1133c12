using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Statistics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Checks;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>Queries of a rollout to its metric windows in a round: one for each rule in force.</summary>
public static class RoundQueries
{
    /// <summary>Built-in metric: incidents of this rollout. Answered from the state, not from samples.</summary>
    public const string Incidents = "incidents";

    /// <summary>The queries of the current step; null when nothing is watched.</summary>
    public static RoundQuery? For(RolloutState state)
    {
        if (!state.Watched || RulesInForce.Of(state) is not { } rules)
        {
            return null;
        }

        var queries = new List<MetricQuery>();
        foreach (var trigger in RulesInForce.Triggers(state))
        {
            foreach (var part in RulePart.Of(trigger.Rule, Trigger(trigger.Name)))
            {
                if (OfTrigger(state, trigger with { Rule = part.Rule }, part.Question) is { } query)
                {
                    queries.Add(query);
                }
            }
        }

        // After completion no gate is left: only triggers that take users back are evaluated.
        foreach (var criterion in state.Baking ? [] : RulesInForce.Criteria(state))
        {
            var parts = RulePart.Of(criterion.Rule, Criterion(criterion.Name));
            for (var i = 0; i < parts.Length; i++)
            {
                if (OfCriterion(state, criterion, parts[i], rules.SamplesFor(criterion)[i]) is { } query)
                {
                    queries.Add(query);
                }
            }
        }

        Criterion[] exercises = state.Baking ? [] : [.. RulesInForce.Exercises(state)];
        queries.AddRange(exercises.Select(e => Whole(Ask(
            state, Criterion(e.Name), e.Rule.Condition.Subject!, Window(state, e.Rule), state.StepSince, 0, TimeSpan.Zero))));
        return new RoundQuery(
            Variant.New, RulesInForce.Traffic(state), state.StepSince, [.. queries], [.. JudgedSegments.Of(state.Plan)])
        {
            Plan = state.Plan.Hash,
        };
    }

    /// <summary>Name of a trigger's query.</summary>
    public static string Trigger(string name) => "trigger " + name;

    /// <summary>Name of a criterion's query.</summary>
    public static string Criterion(string name) => "criterion " + name;

    /// <summary>The window a criterion is judged over: its own (the longest of several), or the whole hold.</summary>
    public static TimeSpan Window(RolloutState state, Rule rule) =>
        Longest(rule.Windows().Max() ?? state.Step!.Hold, state.Judgement.Sampling);

    private static MetricQuery? OfTrigger(RolloutState state, Trigger trigger, string asked)
    {
        var (name, rule) = (trigger.Name, trigger.Rule);
        var window = rule.Condition is Condition.Absent
            ? Longest(rule.Over ?? TimeSpan.Zero, state.Judgement.MaxGap)
            : Longest(rule.Over ?? state.Judgement.Window, state.Judgement.Sampling);
        if (rule.Condition.Subject is not { Metric: not Incidents } subject)
        {
            return null;
        }

        var query = Ask(state, asked, subject, window, Since(state, Trigger(name), state.ExposedSince), 0, TimeSpan.Zero) with
        {
            Newest = rule.For > TimeSpan.Zero,
            Quiet = rule.Condition is Condition.Absent,
        };
        if (rule.Condition is not Condition.Absent && Regular(state, subject) && state.Triggers.TryGetValue(name, out var known)
            && !known.Fired)
        {
            query = query with { GapSince = known.Since };
        }

        // A step's shares do not change, so both variants had the same hours; the step before had others.
        return With(state, rule.Alpha is null ? query : Whole(query with
        {
            Since = OnNew(
            state, subject, Since(state, Trigger(name), state.ComparedSince))
        }), rule, NoDataPolicy.Policy(state, trigger) is not null);
    }

    /// <summary>Counts may be absent for hours because no event happened; the other metrics arrive with every sample.</summary>
    internal static bool Regular(RolloutState state, Subject subject) =>
        state.Plan.Metric(subject.Metric)?.Source is not (null or MetricSource.Count);

    private static MetricQuery With(RolloutState state, MetricQuery query, Rule rule, bool heard) =>
        rule.Alpha is null && !heard ? query : query with
        {
            Heard = heard,
            Alpha = rule.Alpha is { } alpha ? SequentialTest.Part(alpha, state.Comparisons.GetValueOrDefault(state.Step!.Name)) : null,
            DesignEffect = rule.DesignEffect,
            Factor = rule.Condition is Condition.Comparison { Limit: Limit.OfBaseline limit } ? limit.Factor : 1,
        };

    /// <summary>The query over its longest span.</summary>
    private static MetricQuery Whole(MetricQuery query) => query with { NeedsSamples = long.MaxValue };

    private static MetricQuery? OfCriterion(RolloutState state, Criterion criterion, RulePart part, long needs)
    {
        var rule = part.Rule;
        if (rule.Condition.Subject is not { Metric: not Incidents } subject)
        {
            return null;
        }

        var since = state.Criteria.TryGetValue(criterion.Name, out var known) ? known.Since
            : Since(state, Criterion(criterion.Name), rule.Alpha is null ? state.StepSince : state.ComparedSince);
        var window = Window(state, rule);
        var query = Ask(state, part.Question, subject, window, since, needs, state.Judgement.Coverage * window);
        query = rule.Alpha is not null ? Whole(query)
            : criterion.MinSamples is not null ? query
            : query with { Claim = Judging.Claim(state.Plan, rule.Condition, Verdicts.Surer(state.Judgement.Confidence, part.Doubt)) };
        return With(state, query, rule, rule.OnNoData is not null);
    }

    private static MetricQuery Ask(
        RolloutState state, string name, Subject subject, TimeSpan window, DateTimeOffset since, long samples, TimeSpan covered) => new(
        name, subject.Metric, subject.Variant,
        subject.Traffic ?? (subject.Variant == Variant.Legacy ? Traffic.Live : RulesInForce.Traffic(state)),
        subject.Segment, window, OnNew(state, subject, since), samples, covered);

    /// <summary>Beginning of a rule's span: that of its step or exposure, or the amendment that changed it.</summary>
    internal static DateTimeOffset Since(RolloutState state, string question, DateTimeOffset since) =>
        state.RestartedAt.TryGetValue(question, out var restarted) && restarted > since ? restarted : since;

    /// <summary>Restarts that outlive a step: those of triggers, which look back beyond it.</summary>
    internal static ImmutableDictionary<string, DateTimeOffset> WithoutCriteria(ImmutableDictionary<string, DateTimeOffset> restarted) =>
        restarted.IsEmpty
            ? restarted
            : restarted.RemoveRange(restarted.Keys.Where(question => question.StartsWith(Criterion(""), StringComparison.Ordinal)));

    /// <summary>Measurements of a segment before it was taken back are not valid after it was restored.</summary>
    private static DateTimeOffset OnNew(RolloutState state, Subject subject, DateTimeOffset since) =>
        subject.Segment is { } segment && state.Restored.TryGetValue(segment, out var restored) && restored.At > since
            ? restored.At
            : since;

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
