using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Backtests;

/// <summary>A rule of the plan, and how it is asked of legacy's history.</summary>
/// <param name="Name">Names of the rules with this meaning, as the plan has them, joined by commas.</param>
/// <param name="Rule">The rule as written.</param>
/// <param name="Asked">The rule about the traffic of legacy; null when history cannot answer it.</param>
/// <param name="Why">Reason why it cannot; null when it can.</param>
/// <param name="Trigger">The trigger; null for a criterion.</param>
/// <param name="Criterion">The criterion; null for a trigger.</param>
internal sealed record BacktestRule(string Name, Rule Rule, Rule? Asked, string? Why, Trigger? Trigger, Criterion? Criterion);

/// <summary>
/// The rules of a plan as they are asked of a time before any rollout. Legacy stands in for the new variant, live; a comparison with legacy
/// is one with legacy's own earlier time.
/// </summary>
internal sealed class BacktestRules
{
    private readonly Plan _plan;
    private readonly ImmutableHashSet<string> _series;
    private readonly bool _splits;

    /// <param name="plan">The plan.</param>
    /// <param name="series">Series that some query gives for legacy.</param>
    /// <param name="splits">True when some query splits its numbers by segment.</param>
    public BacktestRules(Plan plan, ImmutableHashSet<string> series, bool splits)
    {
        (_plan, _series, _splits) = (plan, series, splits);
        Triggers = Merge(
            from phase in plan.Phases.Index()
            from step in phase.Item.Steps.Index()
            from trigger in RulesInForce.Triggers(plan, phase.Index, step.Index)
            select Rule(trigger.Name, trigger.Rule) with { Trigger = trigger });
        Criteria = Merge(
            from phase in plan.Phases
            from own in phase.Steps.SelectMany(step => step.Success.Select(criterion => (Criterion: criterion, step.Hold)))
                .Concat(phase.Success.Select(criterion => (Criterion: criterion, Hold: phase.Steps.Max(step => step.Hold))))
            let rule = own.Criterion.Rule
            let over = rule.Over ?? (rule.Condition.Leaves().Any(leaf => leaf.Over is not null) ? null : own.Hold)
            select Rule(own.Criterion.Name, rule with { Over = over }) with { Criterion = own.Criterion });
    }

    public ImmutableArray<BacktestRule> Triggers { get; }

    public ImmutableArray<BacktestRule> Criteria { get; }

    /// <summary>True when a rule compares with legacy at the same time.</summary>
    public bool ComparesWithLegacy => Triggers.Concat(Criteria).Any(one => one.Asked is { } asked
        && (asked.Alpha is not null || Metrics(asked).Any(metric => metric.Baseline is Baseline.Legacy)));

    /// <summary>Longest time that a rule looks back.</summary>
    public TimeSpan LooksBack => Triggers.Concat(Criteria).Where(one => one.Asked is not null).Select(one =>
        (one.Asked!.Windows().Max() ?? _plan.Judgement.Window)
        + Metrics(one.Asked!).Select(metric => metric.Baseline is Baseline.Trailing trailing ? trailing.Duration : TimeSpan.Zero)
            .Append(TimeSpan.Zero).Max()).Append(TimeSpan.Zero).Max();

    /// <summary>The plan whose triggers only notify, in one step that lasts.</summary>
    public Plan Watched(TimeSpan hold) => Of(hold, [], [
        .. Triggers.Where(one => one.Asked is not null).Select((one, index) => new Trigger(
            Name(index), one.Asked!, TriggerAction.Notify, "info", [])
        {
            Clear = one.Trigger!.Clear is { } clear ? Asked(clear) : null,
            CoolDown = one.Trigger.CoolDown,
        }),
    ]);

    /// <summary>The plan with the criteria alone.</summary>
    public Plan Judged(TimeSpan hold) => Of(hold, [
        .. Criteria.Where(one => one.Asked is not null)
            .Select((one, index) => one.Criterion! with { Name = Name(index), Rule = one.Asked! }),
    ], []);

    /// <summary>Name of a rule in these plans, by its place among those that can be asked.</summary>
    public static string Name(int index) => $"rule-{index + 1}";

    private Plan Of(TimeSpan hold, ImmutableArray<Criterion> criteria, ImmutableArray<Trigger> triggers) => _plan with
    {
        Hash = _plan.Hash + "/history",
        Triggers = triggers,
        Phases = [new Phase { Name = "history", Steps = [new Step { Name = "history", Percentage = Share.All, Hold = hold }], Success = criteria }],
        Alerts = [],
        Calendar = null,
        Bake = null,
        Legacy = null,
    };

    private BacktestRule Rule(string name, Rule rule)
    {
        var why = rule.Condition.Leaves().Select(Why).FirstOrDefault(reason => reason is not null);

        // What follows when data is absent is a matter of the rollout: here absence is counted.
        var asked = why is null ? rule with { Condition = Asked(rule.Condition), OnNoData = null } : null;
        return new BacktestRule(name, rule, asked, why, null, null);
    }

    private static Condition Asked(Condition condition) => condition.Map(leaf => leaf switch
    {
        Condition.Comparison c => c with { On = Stand(c.On) },
        Condition.Between b => b with { On = Stand(b.On) },
        Condition.Absent a => a with { On = Stand(a.On) },
        _ => leaf,
    });

    private static Subject Stand(Subject subject) => subject with { Variant = Variant.New, Traffic = null };

    private string? Why(Condition leaf) => leaf switch
    {
        Condition.Alert alert => $"the history of the alert {alert.Name} is not in Prometheus' samples of the plan",
        { Subject.Metric: RoundQueries.Incidents } => "incidents belong to a rollout, and there was none",
        { Subject: { Segment: { } segment } } when !_splits => $"no query of legacy has numbers of the segment {segment}",
        { Subject: { } subject } when Missing(subject.Metric) is { } missing => $"no Prometheus query of legacy gives {missing}",
        _ => null,
    };

    private string? Missing(string metric)
    {
        // A condition may name a raw series, such as requests.
        var needed = _plan.Metric(metric) is { } known ? Series(known.Source) : [metric];
        var missing = needed.Where(series => !_series.Contains(series)).ToArray();
        return missing.Length == 0 ? null : string.Join(" and ", missing);
    }

    private IEnumerable<Metric> Metrics(Rule rule) =>
        rule.Condition.Leaves().Select(leaf => leaf.Subject is { } subject ? _plan.Metric(subject.Metric) : null).OfType<Metric>();

    private static string[] Series(MetricSource source) => source switch
    {
        MetricSource.Ratio ratio => [ratio.Numerator, ratio.Denominator],
        MetricSource.Quantile quantile => [quantile.Series],
        MetricSource.Gauge gauge => [gauge.Series],
        MetricSource.Rate rate => [rate.Series],
        MetricSource.Count count => [count.Series],
        _ => throw new InvalidOperationException($"No such source: {source.GetType().Name}."),
    };

    /// <summary>Rules of one meaning are asked once.</summary>
    private static ImmutableArray<BacktestRule> Merge(IEnumerable<BacktestRule> rules)
    {
        var merged = new List<BacktestRule>();
        foreach (var rule in rules)
        {
            var same = merged.FindIndex(one => (one.Asked ?? one.Rule).MeansTheSameAs(rule.Asked ?? rule.Rule));
            if (same < 0)
            {
                merged.Add(rule);
            }
            else if (!merged[same].Name.Split(", ").Contains(rule.Name))
            {
                merged[same] = merged[same] with { Name = $"{merged[same].Name}, {rule.Name}" };
            }
        }

        return [.. merged];
    }
}
