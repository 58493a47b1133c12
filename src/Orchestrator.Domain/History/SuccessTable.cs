using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.History;

/// <summary>
/// The table of success of a rollout. Criteria and metrics go by the tier of their metric: primary and those without a tier are technical,
/// business is business, secondary is operational. A line without evidence is never met.
/// </summary>
public static class SuccessTable
{
    /// <summary>Time in which the nodes are to route by a rollback, by the strategies that this serves.</summary>
    public static readonly TimeSpan RollbackPromise = TimeSpan.FromSeconds(30);

    /// <summary>The table from the events.</summary>
    internal static ImmutableArray<SuccessLine> Of(RolloutState state, Retrospective told, IReadOnlyCollection<JudgedCriterion> judged) =>
    [
        .. Criteria(state, told, judged)
            .Concat(Targets(state.Plan, judged))
            .Concat(Consistency(state.Plan, told))
            .Concat(People(told))
            .Concat(Course(told))
            .Concat(Rollbacks(told))
            .Concat(Objectives(state, told))
            .OrderBy(line => line.Area),
    ];

    /// <summary>The verdict on a metric's target by its measurement over a time; unchanged where nothing of it was measured.</summary>
    /// <param name="line">A line with a metric.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="series">Series of the metric on the new variant.</param>
    public static SuccessLine Measured(this SuccessLine line, Plan plan, MetricSeries series)
    {
        if (line.Unjudged is not { Target: { } target } metric
            || series.Points.Where(point => point.Samples >= Judging.MinTraffic(plan, target)).MaxBy(point =>
                point.Covered) is not { } point)
        {
            return line;
        }

        var baseline = metric.Baseline is Baseline.Fixed known ? known.Quantity.Value : point.Baseline;
        return ConditionEvaluator.Holds(target, point.Value, baseline) is not { } holds ? line : line with
        {
            Verdict = holds ? SuccessVerdict.Met : SuccessVerdict.NotMet,
            Text = $"Target {ConditionText.Format(target)}: observed {QuantityText.Format(point.Value, metric.Unit)} in {point.Samples} samples from {point.From:u} to {point.At:u}"
                + $"{(baseline is { } number ? $", baseline {QuantityText.Format(number, metric.Unit)}" : "")}. Of the kept measurements, without a bound for chance.",
        };
    }

    private static IEnumerable<SuccessLine> Criteria(RolloutState state, Retrospective told, IReadOnlyCollection<JudgedCriterion> judged)
    {
        foreach (var one in judged)
        {
            var (verdict, text) = Judged(one, told);
            yield return new SuccessLine(
                Area(state.Plan, one.Criterion), $"{one.Criterion.Title ?? one.Criterion.Name} ({one.Phase.Title ?? one.Phase.Name})", verdict, text);
        }

        foreach (var phase in state.Plan.Phases)
        {
            foreach (var criterion in phase.Steps.SelectMany(step => step.Success).Concat(phase.Success)
                .Where(one => !judged.Any(known => known.Phase.Name == phase.Name && known.Criterion.Name == one.Name)))
            {
                yield return new SuccessLine(
                    Area(state.Plan, criterion), $"{criterion.Title ?? criterion.Name} ({phase.Title ?? phase.Name})", SuccessVerdict.NoEvidence,
                    "Its step was not reached.");
            }
        }
    }

    private static (SuccessVerdict Verdict, string Text) Judged(JudgedCriterion one, Retrospective told)
    {
        if (one.Evidence is not { } evidence)
        {
            return (SuccessVerdict.NoEvidence, "It was never judged: too little was measured.");
        }

        // The rollback that ended the phase is an incident that no later verdict counts.
        var last = told.Phases.Last(visit => visit.Name == one.Phase.Name);
        if (one.Criterion.Rule.Condition.Subject is { Metric: RoundQueries.Incidents }
            && last.Steps[^1].Ended is StepEnd.RolledBack or StepEnd.Aborted
            && told.Incidents.Count(incident => incident.OpenedAt >= last.StartedAt
                && incident.OpenedAt <= last.EndedAt) is > 0 and var count)
        {
            return (SuccessVerdict.NotMet, $"{count} incidents were opened in the phase, which ended by a rollback or an abort.");
        }

        return !one.IsOfLastVisit ? (SuccessVerdict.NoEvidence, $"Not judged in its last step. Before that: {evidence.Text}") : (one.Verdict switch
        {
            Verdict.Met or Verdict.Warning => SuccessVerdict.Met,
            Verdict.Breached => SuccessVerdict.NotMet,
            _ => SuccessVerdict.NoEvidence,
        }, evidence.Text);
    }

    /// <summary>Targets of metrics, by the newest evidence of a criterion on the same metric; of an earlier step it tells
    /// nothing.</summary>
    private static IEnumerable<SuccessLine> Targets(Plan plan, IReadOnlyCollection<JudgedCriterion> judged) =>
        from metric in plan.Metrics
        where metric is { Target: not null, Tier: not null }
        let known = judged.LastOrDefault(one => one.Criterion.Rule.Condition.Subject is { Variant: Variant.New, Segment: null } subject
            && subject.Metric == metric.Name && !one.Phase.Shadow)
        let holds = known is not { IsOfLastVisit: true, Evidence.Observed: not null } ? null : ConditionEvaluator.Holds(metric.Target!,
            known.Evidence!.Observed!.Value, known.Evidence.Baseline)
        let target = $"Target {ConditionText.Format(metric.Target!)}"
        select new SuccessLine(
            Area(metric.Tier), metric.Title ?? metric.Name,
            holds switch { true => SuccessVerdict.Met, false => SuccessVerdict.NotMet, _ => SuccessVerdict.NoEvidence },
            holds is null ? $"{target}: no event has its value." : $"{target}, by the evidence of {known!.Evidence!.At:u}: {known.Evidence.Text}")
        {
            Unjudged = holds is null ? metric : null,
        };

    private static IEnumerable<SuccessLine> Consistency(Plan plan, Retrospective told)
    {
        if (plan.ConsistencyChecks.IsEmpty)
        {
            yield break;
        }

        FinishedStep[] legs = [.. told.Incidents.SelectMany(one => one.Legs).Where(leg => leg.Leg == VerificationStep.Consistency)];
        yield return new SuccessLine(
            SuccessArea.Technical, "Data consistency after a rollback",
            Array.Exists(legs, leg => leg.Outcome == VerificationOutcome.Failed) ? SuccessVerdict.NotMet
                : Array.Exists(legs, leg => leg.Outcome == VerificationOutcome.Passed) ? SuccessVerdict.Met : SuccessVerdict.NoEvidence,
            legs.Length == 0 ? told.Rollbacks.IsEmpty ? "No check ran: there was no rollback." : "No check has ended." : string.Join(" ", legs.Select(leg => leg.Text).Distinct()));
    }

    private static IEnumerable<SuccessLine> People(Retrospective told)
    {
        ReviewStory[] all = [.. told.Reviews.Where(review =>
            review.Kind is ReviewKind.Gate or ReviewKind.Checkpoint or ReviewKind.Trigger)];
        var approved = all.Count(review => review.Outcome == ReviewOutcome.Approved);
        var refused = all.Count(review => review.Outcome is ReviewOutcome.Rejected or ReviewOutcome.Expired);
        yield return new SuccessLine(
            SuccessArea.Business, "Go/no-go by people",
            refused > 0 ? SuccessVerdict.NotMet : approved > 0 ? SuccessVerdict.Met : SuccessVerdict.NoEvidence,
            all.Length == 0 ? "No review was opened." : $"{approved} of {all.Length} reviews approved, {refused} refused or expired.");
    }

    private static IEnumerable<SuccessLine> Course(Retrospective told)
    {
        var (passed, late) = (told.Overrides.Count(one => one.Passed), told.Phases.Count(one => one.Overran));
        var stops = told.Moments.Count(one => one.Type == nameof(RolloutEvent.LineStopped));
        var head = told.Headline;
        yield return new SuccessLine(
            SuccessArea.Operational, "Course of the rollout",
            passed + late + stops + told.Rollbacks.Length > 0 || head.Status == RolloutStatus.Aborted ? SuccessVerdict.NotMet
                : head.Status is RolloutStatus.Completed or RolloutStatus.Retired ? SuccessVerdict.Met : SuccessVerdict.NoEvidence,
            head.StartedAt is null ? "It was not started."
                : $"{Counted.Of(told.Rollbacks.Length, "rollback")}, {Counted.Of(passed, "failing verdict")} overridden, "
                    + $"{Counted.Of(late, "phase")} longer than planned, {Counted.Of(stops, "stop")} of the line."
                    + (head.EndedAt is null ? " It has not ended." : ""));

        var missing = TimeSpan.FromTicks(told.Gaps.Sum(gap => gap.Lasted.Ticks));
        var measured = told.Advances.Count(advance => advance.Evidence.Any(one => one.Samples > 0));
        yield return new SuccessLine(
            SuccessArea.Operational, "Measurements without a gap",
            told.Gaps.Length > 0 ? SuccessVerdict.NotMet : measured > 0 ? SuccessVerdict.Met : SuccessVerdict.NoEvidence,
            told.Gaps.Length > 0 ? $"{told.Gaps.Length} gaps, {Durations.Readable(missing)} together." : $"No gap was seen; {measured} advances rested on measurements.");
    }

    private static IEnumerable<SuccessLine> Rollbacks(Retrospective told)
    {
        IncidentStory[] undone = [.. told.Incidents.Where(one => told.Rollbacks.Any(back => back.Incident == one.Id))];
        FinishedStep[] legs = [.. undone.SelectMany(one => one.Legs).Where(leg => leg.Leg == VerificationStep.Propagation)];
        var slowest = legs.Select(leg => leg.Elapsed).DefaultIfEmpty().Max();
        yield return new SuccessLine(
            SuccessArea.Operational, $"Rollback within {Durations.Format(RollbackPromise)}",
            Array.Exists(legs, leg => leg.Outcome == VerificationOutcome.Failed || leg.Elapsed > RollbackPromise) ? SuccessVerdict.NotMet
                : legs.Length == undone.Length && legs.Length > 0 && Array.TrueForAll(legs, leg =>
                    leg.Outcome == VerificationOutcome.Passed) ? SuccessVerdict.Met
                : SuccessVerdict.NoEvidence,
            undone.Length == 0 ? "There was no rollback of everyone or of segments."
                : $"The nodes confirmed {legs.Count(leg => leg.Outcome == VerificationOutcome.Passed)} of {undone.Length} rollbacks{(legs.Length > 0 ? $", the slowest after {Durations.Readable(slowest)}" : "")}.");

        var ended = told.Incidents.Count(one => one.Ended is not null);
        yield return new SuccessLine(
            SuccessArea.Operational, "Incidents resolved",
            told.Incidents.IsEmpty ? SuccessVerdict.NoEvidence : ended == told.Incidents.Length ? SuccessVerdict.Met
                : SuccessVerdict.NotMet,
            told.Incidents.IsEmpty ? "There was no incident."
                : $"{ended} of {told.Incidents.Length} incidents ended, {told.Incidents.Count(one => one.Acknowledged is not null)} acknowledged by a person, "
                    + $"the longest after {Durations.Readable(told.Incidents.Max(one => one.Open))}.");
    }

    private static IEnumerable<SuccessLine> Objectives(RolloutState state, Retrospective told) =>
        from phase in state.Plan.Phases
        where !phase.Objectives.IsEmpty
        let open = phase.Objectives.Where(one => !state.Objectives.Contains(one.Name)).ToArray()
        let required = phase.Objectives.Count(one => one.Required)
        let missing = open.Count(one => one.Required)
        let reached = told.Phases.Any(visit => visit.Name == phase.Name)
        select new SuccessLine(
            SuccessArea.Operational, $"Objectives ({phase.Title ?? phase.Name})",
            open.Length == 0 ? SuccessVerdict.Met : missing > 0 && reached ? SuccessVerdict.NotMet : SuccessVerdict.NoEvidence,
            string.Create(CultureInfo.InvariantCulture, $"{phase.Objectives.Length - open.Length} of {phase.Objectives.Length} ticked{(required > 0 ? $", {required - missing} of {required} required ones" : "")}.")
                + (open.Length > 0 ? $" Not ticked: {string.Join("; ", open.Select(one => one.Title))}." : ""));

    private static SuccessArea Area(Plan plan, Criterion criterion) =>
        Area(criterion.Rule.Condition.Leaves().Select(leaf => leaf.Subject is { } subject ? plan.Metric(subject.Metric)?.Tier : null)
            .FirstOrDefault(tier => tier is not null));

    private static SuccessArea Area(string? tier) =>
        tier switch { "business" => SuccessArea.Business, "secondary" => SuccessArea.Operational, _ => SuccessArea.Technical };
}
