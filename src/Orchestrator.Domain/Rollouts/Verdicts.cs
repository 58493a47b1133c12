using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Verdicts on whole rules: each condition is judged by itself, and what joins them decides. A single condition is judged as it always was.</summary>
internal static class Verdicts
{
    /// <summary>Truth of the rule of a trigger or a check; null when it cannot be told.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="question">The name it is asked under.</param>
    /// <param name="seen">What the windows say.</param>
    public static (bool? Holds, Func<Evidence> Evidence) Trigger(RolloutState state, Rule rule, string question, Observation seen)
    {
        if (rule.Condition is not Condition.Joined)
        {
            return Judging.Trigger(state, rule, Watching.Find(seen, question), seen);
        }

        var judged = Parts(state, rule, question, seen);
        var holds = ConditionTree.Join(rule.Condition, judged.Select(part => part.Holds));
        return (holds, () => Describe(rule, [.. judged.Select(part => part.Evidence())], seen.At, holds switch { true => "breached", false => "quiet", _ => "no evidence" }));
    }

    /// <summary>The verdict on a criterion. Each part is met, breached or unknown by itself; see <see cref="ConditionTree.Join(Condition, IReadOnlyList{Verdict})"/>.</summary>
    public static (Verdict Verdict, Func<Evidence> Evidence) Criterion(RolloutState state, Criterion criterion, Observation seen)
    {
        var question = Inquiries.Criterion(criterion.Name);
        if (criterion.Rule.Condition is not Condition.Joined)
        {
            return Judging.Criterion(state, criterion, Watching.Find(seen, question), seen.At);
        }

        var judged = RulePart.Of(criterion.Rule, question).Select(part => Judging.Criterion(
            Surer(state, part.Doubt), criterion with { Rule = part.Rule }, Watching.Find(seen, part.Question), seen.At)).ToArray();
        var verdict = ConditionTree.Join(criterion.Rule.Condition, [.. judged.Select(part => part.Verdict)]);
        return (verdict, () => Describe(criterion.Rule, [.. judged.Select(part => part.Evidence())], seen.At, Judging.Word(verdict)));
    }

    /// <summary>True for a comparison of what samples carry; false for silence, alerts and the incidents that the rollout counts itself.</summary>
    public static bool Measures(Condition condition) => condition.Compares() && condition.Subject is not { Metric: Inquiries.Incidents };

    /// <summary>True when only samples can tell something new of it: every condition compares.</summary>
    public static bool RestsOnSamples(Rule rule) => rule.Condition.Leaves().All(leaf => leaf.Compares());

    /// <summary>
    /// Truth of joined conditions in a round without a sample. "True for T" is counted on sample time, so what compares knows nothing new then; silence, alerts and incidents do.
    /// </summary>
    public static bool? BetweenSamples(RolloutState state, Rule rule, string question, Observation seen) =>
        ConditionTree.Join(rule.Condition, Parts(state, rule, question, seen).Select(part => Measures(part.Rule.Condition) ? null : part.Holds));

    /// <summary>
    /// The reason to restart a "for" that runs since <paramref name="since"/> although the rule holds: without the conditions that were not measured all the time, it would not hold. Null
    /// when it goes on.
    /// </summary>
    public static string? Interrupted(RolloutState state, Rule rule, string question, Observation seen, DateTimeOffset since)
    {
        var parts = Parts(state, rule, question, seen);
        string? why = null;
        var known = parts.Select(part =>
        {
            var broken = part.Rule.Condition is Condition.Absent
                ? since < seen.WatchedSince ? $"Nobody listened before {seen.WatchedSince:u}; its time begins anew." : null
                : Watching.Find(seen, part.Question)?.Gap is { } gap && gap > (rule.MaxGap ?? state.Judgement.MaxGap)
                    ? $"Nothing carried {(rule.Condition is Condition.Joined ? part.Rule.Condition.Subject?.Metric : "its metric")} for {Durations.Rounded(gap)}; its time begins anew."
                    : null;
            why = broken ?? why;
            return broken is null ? part.Holds : null;
        }).ToArray();
        return why is not null && ConditionTree.Join(rule.Condition, known) != true ? why : null;
    }

    /// <summary>
    /// A window goes on being bad for its own length after the badness ended. So what comes after the last bad sample must not
    /// complete a "for": the newest sample has to say the same as the windows, as far as it says anything.
    /// </summary>
    public static bool StillSo(RolloutState state, Rule rule, string question, Observation seen) => ConditionTree.Join(
        rule.Condition,
        Parts(state, rule, question, seen).Select(part => Watching.Find(seen, part.Question) is { Newest: { } newest } reading
            ? ConditionEvaluator.Holds(part.Rule.Condition, newest, reading.Baseline) ?? part.Holds
            : part.Holds)) != false;

    private static (Rule Rule, string Question, bool? Holds, Func<Evidence> Evidence)[] Parts(RolloutState state, Rule rule, string question, Observation seen) =>
    [
        .. from part in RulePart.Of(rule, question)
           let judged = Judging.Trigger(state, part.Rule, Watching.Find(seen, part.Question), seen)
           select (part.Rule, part.Question, judged.Holds, judged.Evidence),
    ];

    /// <summary>The state in which a part is judged that must be surer than the whole.</summary>
    public static RolloutState Surer(RolloutState state, int doubt) => doubt == 1
        ? state
        : state with { Judgement = state.Judgement with { Confidence = Surer(state.Judgement.Confidence, doubt) } };

    /// <summary>The confidence of a part that gets one of <paramref name="doubt"/> shares of the error of the whole.</summary>
    public static double Surer(double confidence, int doubt) => doubt == 1 ? confidence : 1 - ((1 - confidence) / doubt);

    /// <summary>The numbers are those of the part that is measured least; the sentence has all of them.</summary>
    private static Evidence Describe(Rule rule, Evidence[] parts, DateTimeOffset at, string verdict)
    {
        var least = parts.MinBy(part => part.Window <= TimeSpan.Zero ? 1 : part.Covered / part.Window)!;
        return new Evidence(
            rule.Text, null, null, null, parts.Min(part => part.Samples), least.Window, least.Covered, at,
            $"{rule.Text}: {verdict}. {string.Join(" ", parts.Select(part => part.Text))}");
    }
}
