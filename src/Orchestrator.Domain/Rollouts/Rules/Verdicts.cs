using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>
/// Verdicts on whole rules: each condition is judged by itself, and the joining word decides. A single condition is judged without it.
/// </summary>
internal static class Verdicts
{
    /// <summary>Truth of the rule of a trigger or a check; null when it is undecided.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="question">The name of its query.</param>
    /// <param name="seen">The windows' answers.</param>
    public static (bool? Holds, Func<Evidence> Evidence) Trigger(RolloutState state, Rule rule, string question, Observation seen)
    {
        if (rule.Condition is not Condition.Joined)
        {
            return Judging.Trigger(state, rule, Watching.Find(seen, question), seen);
        }

        var judged = Parts(state, rule, question, seen);
        var holds = ConditionTree.Join(rule.Condition, judged.Select(part => part.Holds));
        return (holds,
            () => Describe(rule, [.. judged.Select(part => part.Evidence())], seen.At, holds switch { true => "breached", false => "quiet", _ => "no evidence" }));
    }

    /// <summary>The verdict on a criterion. Each part is met, breached or unknown by itself; see <see cref="ConditionTree.Join(Condition, IReadOnlyList{Verdict})"/>.</summary>
    public static (Verdict Verdict, Func<Evidence> Evidence) Criterion(RolloutState state, Criterion criterion, Observation seen)
    {
        var question = RoundQueries.Criterion(criterion.Name);
        if (criterion.Rule.Condition is not Condition.Joined)
        {
            return Judging.Criterion(state, criterion, Watching.Find(seen, question), seen.At);
        }

        var judged = RulePart.Of(criterion.Rule, question).Select(part => Judging.Criterion(
            Surer(state, part.Doubt), criterion with { Rule = part.Rule }, Watching.Find(seen, part.Question), seen.At)).ToArray();
        var verdict = ConditionTree.Join(criterion.Rule.Condition, [.. judged.Select(part => part.Verdict)]);
        return (verdict, () => Describe(criterion.Rule, [.. judged.Select(part => part.Evidence())], seen.At, Judging.Word(verdict)));
    }

    /// <summary>
    /// True for a comparison of a metric in samples; false for absence, alerts and the incidents that the rollout counts itself.
    /// </summary>
    public static bool Measures(Condition condition) => condition.Compares() && condition.Subject is not { Metric: RoundQueries.Incidents };

    /// <summary>True when only samples can change its result: every condition compares.</summary>
    public static bool RestsOnSamples(Rule rule) => rule.Condition.Leaves().All(leaf => leaf.Compares());

    /// <summary>
    /// Truth of joined conditions in a round without a sample. "True for T" is counted on sample time, so comparisons have nothing new
    /// then; absence, alerts and incidents do.
    /// </summary>
    public static bool? BetweenSamples(RolloutState state, Rule rule, string question, Observation seen) =>
        ConditionTree.Join(
            rule.Condition, Parts(state, rule, question, seen).Select(part => Measures(part.Rule.Condition) ? null : part.Holds));

    /// <summary>
    /// The reason to restart a "for" that runs since <paramref name="since"/> although the rule holds: without the conditions that were not
    /// measured all the time, it would not hold. Null when it continues.
    /// </summary>
    public static string? Interrupted(RolloutState state, Rule rule, string question, Observation seen, DateTimeOffset since)
    {
        var parts = Parts(state, rule, question, seen);
        string? why = null;
        var known = parts.Select(part =>
        {
            var broken = part.Rule.Condition is Condition.Absent
                ? since < seen.WatchedSince ? $"There was no observation before {seen.WatchedSince:u}; its 'for' starts again." : null
                : Watching.Find(seen, part.Question)?.Gap is { } gap && gap > (rule.MaxGap ?? state.Judgement.MaxGap)
                    ? $"No sample carried {(rule.Condition is Condition.Joined ? part.Rule.Condition.Subject?.Metric : "its metric")} for {Durations.Rounded(gap)}; its 'for' starts again."
                    : null;
            why = broken ?? why;
            return broken is null ? part.Holds : null;
        }).ToArray();
        return why is not null && ConditionTree.Join(rule.Condition, known) != true ? why : null;
    }

    /// <summary>
    /// A window stays bad for its own length after the problem ended. So time after the last bad sample must not
    /// complete a "for": the newest sample has to agree with the windows, if it has a value.
    /// </summary>
    public static bool StillSo(RolloutState state, Rule rule, string question, Observation seen) => ConditionTree.Join(
        rule.Condition,
        Parts(state, rule, question, seen).Select(part => Watching.Find(seen, part.Question) is { Newest: { } newest } reading
            ? ConditionEvaluator.Holds(part.Rule.Condition, newest, reading.Baseline) ?? part.Holds
            : part.Holds)) != false;

    private static (Rule Rule, string Question, bool? Holds, Func<Evidence> Evidence)[] Parts(
        RolloutState state, Rule rule, string question, Observation seen) =>
    [
        .. from part in RulePart.Of(rule, question)
           let judged = Judging.Trigger(state, part.Rule, Watching.Find(seen, part.Question), seen)
           select (part.Rule, part.Question, judged.Holds, judged.Evidence),
    ];

    /// <summary>The state for judging a part that needs a higher confidence than the whole.</summary>
    public static RolloutState Surer(RolloutState state, int doubt) => doubt == 1
        ? state
        : state with { Judgement = state.Judgement with { Confidence = Surer(state.Judgement.Confidence, doubt) } };

    /// <summary>The confidence of a part that gets one of <paramref name="doubt"/> shares of the error of the whole.</summary>
    public static double Surer(double confidence, int doubt) => doubt == 1 ? confidence : 1 - ((1 - confidence) / doubt);

    /// <summary>The numbers are those of the part with the least coverage; the sentence has all of them.</summary>
    private static Evidence Describe(Rule rule, Evidence[] parts, DateTimeOffset at, string verdict)
    {
        var least = parts.MinBy(part => part.Window <= TimeSpan.Zero ? 1 : part.Covered / part.Window)!;
        return new Evidence(
            rule.Text, null, null, null, parts.Min(part => part.Samples), least.Window, least.Covered, at,
            $"{rule.Text}: {verdict}. {string.Join(" ", parts.Select(part => part.Text))}");
    }
}
