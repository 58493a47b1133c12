using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts.Previews;

/// <summary>
/// Earliest date of each step of a plan: when every criterion is met as soon as its window is measured, no trigger fires, and people agree
/// at once. A rollout is never faster; how much slower it is depends on traffic and people.
/// </summary>
/// <param name="Start">Start of the rollout.</param>
/// <param name="Ends">Earliest end of the last step; null when the calendar never opens again.</param>
/// <param name="Steps">The steps in order.</param>
/// <param name="Text">All of it in one or two sentences.</param>
public sealed record PlanSchedule(DateTimeOffset Start, DateTimeOffset? Ends, ImmutableArray<ScheduledStep> Steps, string Text)
{
    /// <summary>The schedule of a plan whose rollout starts at <paramref name="start"/>.</summary>
    public static PlanSchedule Of(Plan plan, DateTimeOffset start)
    {
        var steps = ImmutableArray.CreateBuilder<ScheduledStep>();
        var audience = StepAudience.None;
        DateTimeOffset? now = start;
        foreach (var (phaseIndex, phase) in plan.Phases.Index())
        {
            var began = now;
            foreach (var (index, step) in phase.Steps.Index())
            {
                audience = audience.With(step);
                var gates = new StepGates(plan, phaseIndex, index, audience);
                var (ends, waits) = gates.From(now, began);
                steps.Add(new ScheduledStep(phase.Name, step.Name, audience.Percentage.Percent, audience.Text, now, ends, waits));
                now = ends;
            }
        }

        return new PlanSchedule(start, now, steps.ToImmutable(), Sentence(plan, start, now));
    }

    private static string Sentence(Plan plan, DateTimeOffset start, DateTimeOffset? ends) => ends is { } end
        ? $"The last of {plan.Phases.Sum(phase => phase.Steps.Length)} steps ends at {Moment(end)} at the earliest, {Durations.Rounded(end - start)} after the start. People who agree later, and evidence that comes more slowly, come on top."
        : "The plan does not end: its calendar does not open again.";

    internal static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>Earliest dates of a step.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Step">Name of the step.</param>
/// <param name="Percentage">Share of all users on new, 0 to 100.</param>
/// <param name="Audience">Users on new, in words.</param>
/// <param name="Begins">Its begin; null when the calendar never opens before it.</param>
/// <param name="Ends">Its end; null when the calendar never opens again.</param>
/// <param name="Waits">Everything that it waits for, in words; what takes longest comes first.</param>
public sealed record ScheduledStep(
    string Phase, string Step, decimal Percentage, string Audience, DateTimeOffset? Begins, DateTimeOffset? Ends,
    ImmutableArray<string> Waits);

/// <summary>Least times of the gates of one step.</summary>
internal sealed class StepGates(Plan plan, int phaseIndex, int index, StepAudience audience)
{
    private readonly Phase _phase = plan.Phases[phaseIndex];

    private Step Step => _phase.Steps[index];

    private bool IsLast => index == _phase.Steps.Length - 1;

    /// <summary>The earliest end, and what the step waits for.</summary>
    /// <param name="begins">Begin of the step; null when it is unknown.</param>
    /// <param name="phaseBegan">Begin of its phase.</param>
    public (DateTimeOffset? Ends, ImmutableArray<string> Waits) From(DateTimeOffset? begins, DateTimeOffset? phaseBegan)
    {
        var times = Times(begins, phaseBegan).OrderByDescending(one => one.Takes).ToArray();
        var longest = times.Select(one => one.Takes).DefaultIfEmpty().Max();
        var ends = begins is { } began ? Later(began, longest) : null;
        string? window = null;
        if (ends is { } shut && plan.Calendar is { } calendar && CalendarGate.Closed(calendar, shut) is { } closed)
        {
            ends = CalendarGate.NextOpening(calendar, shut);
            window = $"the calendar: {closed}";
        }

        return (ends, [.. window is null ? [] : (string[])[window], .. times.Select(one => one.Text), .. People()]);
    }

    /// <summary>Sentences of what people do in the step.</summary>
    public IEnumerable<string> People()
    {
        if (Step.Review is { } own)
        {
            yield return Review(own, own.Every is null ? "at its end" : $"every {Durations.Format(own.Every.Value)}");
        }

        if (!IsLast)
        {
            yield break;
        }

        if (_phase.Review is { } review)
        {
            yield return Review(review, $"at the end of phase {_phase.Name}");
        }

        foreach (var objective in _phase.Objectives.Where(one => one.Required))
        {
            yield return $"a person ticks the objective '{objective.Name}'";
        }
    }

    private string Review(ReviewPlan review, string when)
    {
        var needs = review.Roles is { IsDefaultOrEmpty: false } ? review.Needs : plan.Approval.Roles.IsEmpty ? [] : plan.Approval.Needs;
        var quorum = Math.Max(review.Quorum ?? plan.Approval.Quorum, needs.Sum(need => need.People));
        return $"{Quorums.Asked(Reviewing.Roles(plan, review.Roles), quorum, needs)} must agree {when}";
    }

    private IEnumerable<(TimeSpan Takes, string Text)> Times(DateTimeOffset? begins, DateTimeOffset? phaseBegan)
    {
        if (Step.Hold > TimeSpan.Zero)
        {
            yield return (Step.Hold, $"the hold of {Durations.Format(Step.Hold)}");
        }

        if (IsLast && _phase.Duration is { } duration && begins is { } began && phaseBegan is { } first)
        {
            var rest = duration.Min - (began - first);
            yield return (rest > TimeSpan.Zero ? rest : TimeSpan.Zero, $"phase {_phase.Name} lasts at least {Durations.Format(duration.Min)}");
        }

        var exposes = _phase.Shadow || audience.Percentage > Share.None || !audience.Segments.IsEmpty || !audience.Shares.IsEmpty;
        foreach (var criterion in StepRules.Of(plan, phaseIndex, index).CriteriaWhen(exposes))
        {
            var window = criterion.Rule.Windows().Max() ?? Step.Hold;
            var least = window > plan.Judgement.Sampling ? window : plan.Judgement.Sampling;
            yield return (plan.Judgement.Coverage * least, $"'{criterion.Name}' needs {Durations.Format(least)} measured");
        }
    }

    private static DateTimeOffset? Later(DateTimeOffset at, TimeSpan span) => span <= DateTimeOffset.MaxValue - at ? at + span : null;
}
