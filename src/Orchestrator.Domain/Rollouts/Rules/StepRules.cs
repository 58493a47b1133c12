using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Statistics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Checks;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>
/// The rules of one step of a plan, computed once: every round of every rollout of the plan needs them, and a plan never changes.
/// </summary>
internal sealed class StepRules
{
    /// <summary>
    /// Failures allowed for in the samples that a criterion on a share or a quantile looks back for when its window holds fewer: enough to
    /// show the limit at the usual confidence. Without it a quiet service could never pass. Where that is too few, its <see cref="Claim"/>
    /// looks further.
    /// </summary>
    private const int FailuresToLookBackFor = 5;

    private static readonly ConditionalWeakTable<Plan, StepRules?[][]> Known = [];
    private readonly Plan _plan;
    private readonly ImmutableArray<Criterion> _measured;
    private readonly Dictionary<Criterion, long[]> _lookBack = new(ReferenceEqualityComparer.Instance);

    private StepRules(Plan plan, Phase phase, Step step)
    {
        _plan = plan;
        Triggers = [.. AlertTriggers.With(plan, [.. step.Triggers, .. phase.Triggers, .. plan.Triggers])
            .SelectMany(t => t.PerSegment ? PerSegment(t, plan) : [t])];
        Criteria = [.. step.Success, .. phase.Success];
        if (phase.LegacyUnusedFor is { } unused)
        {
            Criteria = Criteria.Add(Implicit(RulesInForce.LegacyUnused, Variant.Legacy, Operator.Equal, unused, $"legacy requests == 0 over {Durations.Format(unused)}"));
        }

        _measured = Criteria.IsEmpty
            ? [Implicit(RulesInForce.Measured, Variant.New, Operator.Above, step.Hold, $"new requests > 0 over {Durations.Format(step.Hold)}")]
            : Criteria;
        foreach (var criterion in _measured)
        {
            _lookBack[criterion] = LookBack(criterion);
        }
    }

    public ImmutableArray<Trigger> Triggers { get; }

    /// <summary>Criteria of a step that exposes no user.</summary>
    public ImmutableArray<Criterion> Criteria { get; }

    public static StepRules Of(Plan plan, int phase, int step)
    {
        var steps = Known.GetValue(plan, static of => [.. of.Phases.Select(one => new StepRules?[one.Steps.Length])])[phase];

        // Two threads that race compute the same.
        return steps[step] ??= new StepRules(plan, plan.Phases[phase], plan.Phases[phase].Steps[step]);
    }

    /// <summary>
    /// Elapsed time alone never passes a step that exposes users: without criteria it must have been measured for its whole hold.
    /// </summary>
    public ImmutableArray<Criterion> CriteriaWhen(bool exposes) => exposes ? _measured : Criteria;

    /// <summary>Samples that each part of a criterion looks back for; 0 for none.</summary>
    public long[] SamplesFor(Criterion criterion) => _lookBack[criterion];

    /// <summary>True for a rule in force that is the part of a <c>perSegment</c> trigger for one segment.</summary>
    public static bool IsPartOf(Trigger part, Trigger written) =>
        part.PerSegment && written.PerSegment && part.Segments is [var segment] && part.Name == PartName(written, segment);

    private static string PartName(Trigger trigger, string segment) => $"{trigger.Name}:{segment}";

    private static IEnumerable<Trigger> PerSegment(Trigger trigger, Plan plan) =>
        from segment in trigger.Judges(plan)
        let rule = trigger.Rule with { Condition = ConditionParser.InSegment(trigger.Rule.Condition, segment) }
        select trigger with
        {
            Name = PartName(trigger, segment),
            Segments = [segment],
            Rule = rule with { Text = ConditionText.Format(rule) },
            Clear = trigger.Clear is { } clear ? ConditionParser.InSegment(clear, segment) : null,
        };

    private long[] LookBack(Criterion criterion) =>
    [
        .. RulePart.Of(criterion.Rule, criterion.Name).Select(part => criterion.MinSamples ?? LookBack(part)),
    ];

    private long LookBack(RulePart part)
    {
        if (part.Rule.Alpha is not null
            || Judging.Claim(_plan, part.Rule.Condition, Verdicts.Surer(_plan.Judgement.Confidence, part.Doubt)) is not { } claim)
        {
            return 0;
        }

        // A measured baseline is known only at the time of its measurement.
        var metric = _plan.Metric(part.Rule.Condition.Subject!.Metric)!;
        var baseline = metric.Baseline is Baseline.Fixed { Quantity.Value: var number } ? number : (double?)null;
        return Proof.Of(claim, metric.Source, Measurement.None(TimeSpan.Zero), baseline, new OutsideLimits(0, 0))?.NeedsWith(
            FailuresToLookBackFor) ?? 0;
    }

    private static Criterion Implicit(string name, Variant variant, Operator compare, TimeSpan over, string text)
    {
        var limit = new Limit.Fixed(new Quantity(0, Unit.Number));
        var traffic = variant == Variant.Legacy ? Traffic.Live : (Traffic?)null;
        return new Criterion(name,
            new Rule(new Condition.Comparison(new Subject(KnownSeries.Requests, variant, traffic), compare, limit), null, over, text), 1);
    }
}
