using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>Way of a trigger to its threshold, and to its firing. Judged by the code that decides, and decides nothing.</summary>
/// <param name="Trigger">The trigger as it is judged now.</param>
/// <param name="Fraction">Part of the way to the threshold, from 0 to 1. 1 exactly when the condition holds; null without evidence, and
/// while its segments are on legacy.</param>
/// <param name="Nearest">The condition that decides the fraction, with its numbers; null without any.</param>
/// <param name="Pending">The running "for"; null while none runs.</param>
/// <param name="CoolsUntil">It does not fire again before this; null when it may.</param>
/// <param name="Effect">Its action in words: <c>rolls back everyone</c>.</param>
/// <param name="Text">Display text, one or two sentences.</param>
public sealed record TriggerReach(
    Trigger Trigger, double? Fraction, ConditionReach? Nearest, PendingTrigger? Pending, DateTimeOffset? CoolsUntil, string Effect,
    string Text)
{
    /// <summary>The largest fraction of a condition that does not hold: digits behind the fourth are cut off.</summary>
    public const double BelowThreshold = 0.9999;

    /// <summary>Every trigger in force, in the order of the plan.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="seen">The newest round's observation of this step; null for the numbers in the events.</param>
    /// <param name="now">The moment of the question.</param>
    public static IEnumerable<TriggerReach> Of(RolloutState state, Observation? seen, DateTimeOffset now) =>
        RulesInForce.Triggers(state).Select(trigger => Of(state, trigger, seen, now));

    /// <summary>One trigger in force.</summary>
    public static TriggerReach Of(RolloutState state, Trigger trigger, Observation? seen, DateTimeOffset now)
    {
        var known = state.Triggers.GetValueOrDefault(trigger.Name);
        var undone = RulesInForce.HasUndone(state, trigger);
        var judged = CloserWatch.Of(state, trigger, seen?.At ?? now);
        var (fraction, nearest) = undone ? (null, null)
            : seen is null ? (null, ConditionReach.Of(state, trigger.Rule, known?.Evidence))
            : Whole(state, trigger.Rule, RoundQueries.Trigger(trigger.Name), seen);
        var cools = Cools(state, judged, seen?.At ?? now);
        var pending = undone ? null : PendingTrigger.Of(state, judged, seen, seen is null || fraction >= 1, cools, now);
        var effect = EffectOf(state, trigger);
        return new TriggerReach(
            judged, fraction, nearest, pending, cools, effect, Sentence(undone, known, fraction, nearest, pending, cools, effect, now));
    }

    private static DateTimeOffset? Cools(RolloutState state, Trigger judged, DateTimeOffset at) =>
        judged.CoolDown > TimeSpan.Zero && state.FiredAt.TryGetValue(judged.Name, out var fired) && fired + judged.CoolDown is var until
            && until > at
            ? until
            : null;

    private static string EffectOf(RolloutState state, Trigger trigger) => trigger.Action switch
    {
        TriggerAction.Rollback => "rolls back everyone",
        TriggerAction.RollbackSegment => $"rolls back {string.Join(", ", trigger.Segments)}",
        TriggerAction.StepBack => SteppingBack.Before(state) is { } before ? $"steps back to {before.Name}" : "rolls back everyone",

        // A completed rollout has no gate that a review could hold.
        TriggerAction.Review when state.Status != RolloutStatus.Completed =>
            $"opens a review of {string.Join(", ", Reviewing.Roles(state.Plan, trigger.Roles))}, which holds the step",
        _ => "notifies",
    };

    private static string Sentence(
        bool undone, TriggerState? known, double? fraction, ConditionReach? nearest, PendingTrigger? pending, DateTimeOffset? cools,
        string effect, DateTimeOffset now)
    {
        if (undone)
        {
            return "Its segments are on legacy, so it has nothing to take back.";
        }

        var numbers = nearest?.Text;
        var cooling = cools is { } until ? $" It does not fire again before {until:u}." : "";
        if (known is { Fired: true })
        {
            return $"Fired.{(numbers is null ? "" : $" {numbers}.")}{cooling}";
        }

        if (pending is { FiresAt: { } fires })
        {
            var when = fires > now ? $"Fires in {Durations.Rounded(fires - now)}" : "Fires at the next sample";
            var lasting = pending.For > TimeSpan.Zero
                ? $", for {Durations.Rounded(pending.Held)} of {Durations.Rounded(pending.For)}"
                : "";
            return $"{when} unless it clears, and then {effect}: {numbers ?? "its condition holds"}{lasting}.{cooling}";
        }

        return (fraction is null ? $"No evidence{(numbers is null ? "" : $": {numbers}")}."
                : nearest is { Limit: null } && fraction < 1 ? $"{numbers} does not hold."
                : $"{numbers}.")
            + (pending is null ? "" : " Its 'for' runs on for as long as the condition may hold again.") + cooling;
    }

    private static (double? Fraction, ConditionReach? Nearest) Whole(RolloutState state, Rule rule, string question, Observation seen)
    {
        var parts = RulePart.Of(rule, question).Select(part => Single(state, part.Rule, part.Question, seen)).ToArray();
        var next = 0;
        return Join(rule.Condition, parts, ref next);
    }

    /// <summary>
    /// An "or" is as near as the nearest of its conditions, an "and" as the farthest. Undecided exactly where the three-valued logic of
    /// <see cref="ConditionTree.Join(Condition, IReadOnlyList{Verdict})"/> is.
    /// </summary>
    private static (double? Fraction, ConditionReach? Nearest) Join(
        Condition condition, (double? Fraction, ConditionReach? Nearest)[] parts, ref int next)
    {
        if (condition is not Condition.Joined joined)
        {
            return parts[next++];
        }

        var all = new List<(double? Fraction, ConditionReach? Nearest)>();
        foreach (var part in joined.Parts)
        {
            all.Add(Join(part, parts, ref next));
        }

        var or = joined.Joint is Joint.Or;
        var known = all.FindAll(part => part.Fraction is not null);
        if (known.Count == 0)
        {
            return all[0];
        }

        var decides = or ? known.MaxBy(part => part.Fraction) : known.MinBy(part => part.Fraction);
        var settled = known.Count == all.Count || decides.Fraction >= 1 == or;
        return settled ? decides : (null, decides.Nearest);
    }

    private static (double? Fraction, ConditionReach? Nearest) Single(RolloutState state, Rule rule, string question, Observation seen) =>
        Measured(state, rule, Watching.Find(seen, question), seen);

    /// <summary>One condition with its measurement.</summary>
    internal static (double? Fraction, ConditionReach Reach) Measured(
        RolloutState state, Rule rule, MetricReading? reading, Observation seen)
    {
        double? fraction = Judging.Trigger(state, rule, reading, seen).Holds switch
        {
            null => null,
            true => 1,
            false => CutOff(Way(state, rule, reading, seen)),
        };
        return (fraction, ConditionReach.Of(state, rule, reading));
    }

    private static double CutOff(double way) =>
        double.IsFinite(way) ? Math.Clamp(Math.Floor((way * 10_000) + 1e-6) / 10_000, 0, BelowThreshold) : 0;

    /// <summary>The way of a condition that does not hold.</summary>
    private static double Way(RolloutState state, Rule rule, MetricReading? reading, Observation seen) => rule.Condition switch
    {
        Condition.Absent => reading is { Measured: { Last: { } last, Window.Ticks: > 0 } measured }
            ? (seen.At - last) / measured.Window
            : 0,
        { Subject.Metric: RoundQueries.Incidents } counted => Way(counted, state.Incidents.Length, null),
        Condition.Comparison { Operator: var sign } when rule.Alpha is not null => reading?.Compared is not { } compared ? 0
            : sign is Operator.Above or Operator.AtLeast ? Shown(compared.Effect, compared.Low)
            : Shown(-compared.Effect, -compared.High),
        { } compares when compares.Compares() && reading is { Measured.Value: { } value } => Way(compares, value, reading.Baseline),
        _ => 0,
    };

    private static double Way(Condition condition, double value, double? baseline) =>
        1 - (TriggerDistance.Of(condition, value, baseline) ?? 1);

    /// <summary>A difference is shown once the end of its interval passes zero: the part of the way that this end has come.</summary>
    private static double Shown(double effect, double end) => effect <= 0 ? 0 : effect / Math.Max(effect - end, effect);
}

/// <summary>The numbers of one condition.</summary>
/// <param name="Condition">The condition as text, without its durations.</param>
/// <param name="Observed">In the base unit of the metric; null when nothing was measured.</param>
/// <param name="Limit">The limit in the same unit, of a range the lower one; null without one, and when its baseline is missing.</param>
/// <param name="Upper">The upper limit of a range.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Samples">Samples behind the value.</param>
/// <param name="Text">Display text: <c>error_rate is 0.69%, the limit is 0.5%</c>.</param>
public sealed record ConditionReach(
    string Condition, double? Observed, double? Limit, double? Upper, Unit Unit, long Samples, string Text)
{
    /// <summary>Observed value for display: <c>0.69%</c>; null when nothing was measured.</summary>
    public string? ObservedText => Observed is { } value ? QuantityText.Format(value, Unit) : null;

    /// <summary>Limit for display: <c>0.5%</c>, <c>0.2% to 0.5%</c>; null without one.</summary>
    public string? LimitText => Limit is not { } limit ? null
        : QuantityText.Format(limit, Unit) + (Upper is { } upper ? $" to {QuantityText.Format(upper, Unit)}" : "");

    internal static ConditionReach Of(RolloutState state, Rule rule, MetricReading? reading)
    {
        var condition = rule.Condition;
        var counted = condition.Subject is { Metric: RoundQueries.Incidents };
        var observed = !condition.Compares() ? (double?)null : counted ? state.Incidents.Length : reading?.Measured.Value;
        var samples = counted ? state.Incidents.Length : reading?.Measured.Samples ?? 0;
        return Of(state, condition, observed, reading?.Baseline, samples);
    }

    /// <summary>The numbers of an event's evidence; null without any, and for joined conditions, which have no single number.</summary>
    internal static ConditionReach? Of(RolloutState state, Rule rule, Evidence? evidence) =>
        evidence is null || rule.Condition is Conditions.Condition.Joined ? null
        : Of(state, rule.Condition, evidence.Observed, evidence.Baseline, evidence.Samples);

    private static ConditionReach Of(RolloutState state, Condition condition, double? observed, double? baseline, long samples)
    {
        var (limit, upper) = condition switch
        {
            Conditions.Condition.Comparison one => (ConditionEvaluator.Value(one.Limit, baseline), (double?)null),
            Conditions.Condition.Between range =>
                (ConditionEvaluator.Value(range.Low, baseline), ConditionEvaluator.Value(range.High, baseline)),
            _ => ((double?)null, (double?)null),
        };
        var unit = condition.Subject is { } subject ? state.Plan.Metric(subject.Metric)?.Unit ?? Unit.Number : Unit.Number;
        var reach = new ConditionReach(ConditionText.Format(condition with { Over = null }), observed, limit, upper, unit, samples, "");
        return reach with
        {
            Text = !condition.Compares() ? reach.Condition
                : $"{ConditionText.Format(condition.Subject!)} is {reach.ObservedText ?? "not measured"}"
                    + (reach.LimitText is { } text ? $", the limit is {text}" : $" ({reach.Condition})"),
        };
    }
}

/// <summary>A trigger whose "for" runs.</summary>
/// <param name="Since">Start of its condition being true, on sample time.</param>
/// <param name="For">Time for which it must be true.</param>
/// <param name="Held">Time for which it was true by now, at most <paramref name="For"/>.</param>
/// <param name="FiresAt">Earliest time at which it fires if nothing changes; null while its condition does not hold.</param>
public sealed record PendingTrigger(DateTimeOffset Since, TimeSpan For, TimeSpan Held, DateTimeOffset? FiresAt)
{
    /// <summary>Null while no "for" runs.</summary>
    internal static PendingTrigger? Of(
        RolloutState state, Trigger judged, Observation? seen, bool holds, DateTimeOffset? cools, DateTimeOffset now)
    {
        if (!state.Watched || state.Triggers.GetValueOrDefault(judged.Name) is not { Fired: false } known)
        {
            return null;
        }

        var needed = judged.Rule.For ?? TimeSpan.Zero;
        var held = (seen?.At ?? now) - known.Since;
        var fires = new[] { known.Since + needed, cools ?? now, now }.Max();
        return new PendingTrigger(
            known.Since, needed, held < TimeSpan.Zero ? TimeSpan.Zero : held > needed ? needed : held, holds ? fires : null);
    }
}
