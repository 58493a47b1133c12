using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts.Previews;

/// <summary>A plan told in sentences.</summary>
/// <param name="Text">All of it in one sentence.</param>
/// <param name="Phases">The phases in order.</param>
/// <param name="Back">Rules that are in force in every step.</param>
/// <param name="Policies">Policies for lost nodes, for missing evidence, and for the time after completion.</param>
public sealed record PlanStory(
    string Text, ImmutableArray<PhaseStory> Phases, ImmutableArray<string> Back, ImmutableArray<string> Policies)
{
    /// <summary>The story of a plan.</summary>
    public static PlanStory Of(Plan plan)
    {
        var phases = ImmutableArray.CreateBuilder<PhaseStory>();
        var audience = StepAudience.None;
        foreach (var (index, phase) in plan.Phases.Index())
        {
            var steps = ImmutableArray.CreateBuilder<StepStory>();
            foreach (var (at, step) in phase.Steps.Index())
            {
                audience = audience.With(step);
                steps.Add(StepStory.Of(plan, index, at, audience));
            }

            phases.Add(new PhaseStory(phase.Name, phase.Title, PhaseText(phase), steps.ToImmutable(), [.. phase.Triggers.Select(Rule)]));
        }

        return new PlanStory(
            Summary(plan, audience), phases.ToImmutable(), [.. AlertTriggers.With(plan, plan.Triggers).Select(Rule)],
            [.. PolicyTexts(plan)]);
    }

    /// <summary>A trigger in one sentence.</summary>
    internal static string Rule(Trigger trigger) =>
        $"{trigger.Name}: {Action(trigger)} when {trigger.Rule.Text}.";

    /// <summary>Effect of a trigger, as the end of a sentence.</summary>
    public static string Action(Trigger trigger) => trigger.Action switch
    {
        TriggerAction.Rollback => "takes everyone back to legacy",
        TriggerAction.RollbackSegment => trigger.PerSegment || trigger.Segments.IsEmpty
            ? "takes the guilty segment back to legacy"
            : $"takes {(trigger.Segments.Length == 1 ? "segment" : "segments")} {string.Join(", ", trigger.Segments)} back to legacy",
        TriggerAction.StepBack => "goes back to the step before and holds there",
        TriggerAction.Review => "holds the step and opens a review",
        _ => "notifies people",
    };

    private static string Summary(Plan plan, StepAudience last)
    {
        var steps = plan.Phases.Sum(phase => phase.Steps.Length);
        var later = plan.Phases.SelectMany(phase => phase.Triggers.Concat(phase.Steps.SelectMany(step => step.Triggers)));
        var back = AlertTriggers.With(plan, [.. plan.Triggers, .. later])
            .Count(trigger => trigger.Action is TriggerAction.Rollback or TriggerAction.RollbackSegment or TriggerAction.StepBack);
        return $"The plan takes flag {plan.Flag} to {last.Text} in {Number(plan.Phases.Length, "phase")} and {Number(steps, "step")}; "
            + (back == 0 ? "no rule takes users back by itself." : $"{Number(back, "rule")} {(back == 1 ? "takes" : "take")} users back by {(back == 1 ? "itself" : "themselves")}.");
    }

    private static string PhaseText(Phase phase)
    {
        var length = phase.Duration is not { } duration ? ""
            : duration.Min == duration.Max ? $"It lasts at least {Durations.Format(duration.Min)}. "
            : $"It lasts {Durations.Format(duration.Min)} to {Durations.Format(duration.Max)}. ";
        var shadow = phase.Shadow ? "Requests are mirrored to new; users get the answers of legacy. " : "";
        var flags = phase.Flags.IsEmpty ? "" : $"It sets {string.Join(", ", phase.Flags.Select(flag => $"{flag.Key} = {flag.Json}"))}. ";
        var risk = phase.Risk is null ? "" : $"Its risk is {phase.Risk}. ";
        return (length + shadow + flags + risk).TrimEnd();
    }

    private static IEnumerable<string> PolicyTexts(Plan plan)
    {
        yield return plan.OnUnwatched == UnwatchedPolicy.Legacy
            ? "While no node watches, everyone is on legacy."
            : "While no node watches, users keep their variant.";
        yield return plan.OnStale is { } stale
            ? $"A node with a stale table answers: {stale.Text}."
            : "A node with a stale table answers legacy; from the full phase on it keeps its last answer.";
        yield return $"A signal is expected every {Durations.Format(plan.Judgement.Sampling)}; a criterion needs {QuantityText.Format(plan.Judgement.Coverage, Unit.Ratio)} of its window measured.";
        if (plan.Legacy is { } legacy)
        {
            yield return $"Legacy takes back {legacy.Share} of users per {Durations.Format(legacy.Per)}.";
        }

        if (plan.Bake is { } bake)
        {
            yield return $"The rules of the last step watch for {Durations.Format(bake)} after completion.";
        }

        if (plan.StickyBy is { } by)
        {
            yield return $"Users with one value of {by} are on one variant.";
        }

        if (plan.KeepsSalt)
        {
            yield return "All rollouts of the plan in an environment begin with the same users.";
        }

        if (plan.Calendar is { } calendar)
        {
            yield return $"Steps end only {(calendar.Windows.IsEmpty ? "outside" : "in the change windows and outside")} the freezes of the calendar ({calendar.TimeZone}).";
        }
    }

    internal static string Number(int count, string one) => count == 1 ? $"1 {one}" : $"{count} {one}s";
}

/// <summary>A phase told in sentences.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">Display text; null where the plan has none.</param>
/// <param name="Text">Its duration, its traffic and its flags; empty where it has none of them.</param>
/// <param name="Steps">Its steps in order.</param>
/// <param name="Back">Rules that are in force in this phase only.</param>
public sealed record PhaseStory(
    string Name, string? Title, string Text, ImmutableArray<StepStory> Steps, ImmutableArray<string> Back);

/// <summary>A step told in sentences.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">Display text; null where the plan has none.</param>
/// <param name="Percentage">Share of all users on new, 0 to 100.</param>
/// <param name="Audience">Users on new, in words.</param>
/// <param name="Hold">Least time of the step.</param>
/// <param name="Needs">Criteria that must be met, each in words.</param>
/// <param name="People">Decisions of people before it ends, in words.</param>
/// <param name="Back">Rules that are in force in this step only.</param>
public sealed record StepStory(
    string Name, string? Title, decimal Percentage, string Audience, TimeSpan Hold, ImmutableArray<string> Needs,
    ImmutableArray<string> People, ImmutableArray<string> Back)
{
    internal static StepStory Of(Plan plan, int phase, int index, StepAudience audience)
    {
        var step = plan.Phases[phase].Steps[index];
        var exposes = plan.Phases[phase].Shadow || audience.Percentage > Share.None || !audience.Segments.IsEmpty
            || !audience.Shares.IsEmpty;
        return new StepStory(
            step.Name, step.Title, audience.Percentage.Percent, audience.Text, step.Hold,
            [.. StepRules.Of(plan, phase, index).CriteriaWhen(exposes).Select(criterion => criterion.Rule.Text)],
            [.. new StepGates(plan, phase, index, audience).People()], [.. step.Triggers.Select(PlanStory.Rule)]);
    }
}
