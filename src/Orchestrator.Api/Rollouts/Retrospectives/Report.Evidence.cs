using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>Chapters of plan, evidence and deliveries.</summary>
internal static partial class Report
{
    /// <summary>Empty for a rollout that was not started: the plan has no dates without a start.</summary>
    private static IEnumerable<Block> Planned(Retrospective retrospective)
    {
        var schedule = retrospective.Schedule;
        if (schedule is not { StartedAt: not null, PlannedEnd: { } planned })
        {
            yield break;
        }

        var visits = retrospective.Phases.SelectMany(phase => phase.Steps.Select(step => (Phase: phase.Name, Step: step)))
            .ToLookup(one => (one.Phase, one.Step.Name), one => one.Step);
        var rows = schedule.Steps.Select(step => new GanttLine(
            Name(schedule, step), step.PlannedFrom, step.PlannedTo, [.. visits[(step.Phase, step.Step)].Select(Visit)])).ToList();

        // An amendment may have removed a step that was visited.
        rows.AddRange(visits.Where(group => !schedule.Steps.Any(step => (step.Phase, step.Step) == group.Key))
            .Select(group => new GanttLine($"{group.Key.Phase}, {group.Key.Name}", null, null, [.. group.Select(Visit)])));
        var head = retrospective.Headline;
        yield return new Block.Heading(2, "Planned against actual");
        yield return new Block.Paragraph(
            $"The shortest times of revision {head.Plan.Revision} end at {Time(planned)}. "
            + (head.EndedAt is { } ended ? $"The rollout ended at {Time(ended)}, {Off(ended - planned)}."
                : schedule.Behind is { } behind ? $"It is {(behind > TimeSpan.Zero ? $"{Span(behind)} behind" : "on time")}." : "It has not ended."));
        yield return new Block.Gantt(
            "Steps, planned and as they happened", rows, [.. retrospective.Rollbacks.Where(back => back.Kind != RollbackKind.StepBack).Select(back => back.At)], head.Until);
    }

    private static string Name(Schedule schedule, ScheduledStep step) => step.Title
        ?? (schedule.Steps.Count(one => one.Phase == step.Phase) == 1 ? step.PhaseTitle ?? step.Phase : $"{step.Phase}, {step.Step}");

    private static GanttVisit Visit(StepStory step) => new(
        step.StartedAt, step.EndedAt, Word(step.Ended, "current"), step.Ended is StepEnd.RolledBack or StepEnd.SteppedBack or StepEnd.Aborted);

    private static string Off(TimeSpan late) => late.Duration() < TimeSpan.FromSeconds(1) ? "as planned"
        : $"{Span(late.Duration())} {(late > TimeSpan.Zero ? "later" : "earlier")}";

    private static IEnumerable<Block> Advances(ImmutableArray<AdvanceStory> advances)
    {
        yield return new Block.Heading(2, "Advances and their evidence");
        if (advances.IsEmpty)
        {
            yield return new Block.Paragraph("No step ended.");
        }

        foreach (var one in advances)
        {
            yield return new Block.Heading(3, $"{Time(one.At)}: step {one.Step} of phase {one.Phase} ended");
            yield return new Block.Facts(
                ("By", Who(one.By)), ("Override", one.Override), ("Reason", one.Reason),
                ("Measured", one.Evidence.IsEmpty ? "nothing: no criterion measured" : null));
            yield return new Block.Table(["Gate", "Verdict", "Sentence"], [.. one.Gates.Where(gate => !one.Evidence.Any(evidence =>
                gate.Text.EndsWith(evidence.Text, StringComparison.Ordinal))).Select(gate => (string[])
                [$"{gate.Gate}: {gate.Name}", gate.Verdict.Word(), gate.Text])]);
            if (!one.Evidence.IsEmpty)
            {
                yield return new Block.Table(["Rule", "Samples", "Measured", "Evidence"], [.. one.Evidence.Select(evidence => (string[])
                    [evidence.Rule, Number(evidence.Samples), $"{Span(evidence.Covered)} of {Span(evidence.Window)}", evidence.Text])]);
            }
        }
    }

    private static IEnumerable<Block> Notifications(Retrospective retrospective)
    {
        if (retrospective.NotificationsText is not { } text)
        {
            yield break;
        }

        yield return new Block.Heading(2, "Notifications");
        if (retrospective.Notifications is { IsEmpty: false } all)
        {
            yield return new Block.Table(["When", "Channel", "Level", "What", "Delivery"], [.. all.Select(one => (string[])
            [
                Time(one.At), $"{one.Channel} ({one.Kind})", one.Level, one.Title + (one.Folded > 1 ? $" ({one.Folded} together)" : "") + (one.Escalated ? ", escalated" : ""),
                Delivery(one),
            ])]);
        }
        else if (retrospective.Notifications is not null)
        {
            yield return new Block.Paragraph("Its channels have no notification of it any more.");
        }

        yield return new Block.Paragraph(text);
    }

    private static string Delivery(NotificationStory one)
    {
        var tries = one.Attempts > 1 ? $", {one.Attempts} tries" : "";
        var error = one.LastError is { } last && one.State != "delivered" ? $": {last}" : "";
        return one.EndedAt is { } at ? $"{one.State} after {Span(at - one.At)}{tries}{error}" : $"{one.State}{tries}{error}";
    }

    private static string Verdict(SuccessVerdict verdict) => verdict switch
    {
        SuccessVerdict.Met => "✓ met",
        SuccessVerdict.NotMet => "✕ not met",
        _ => "? no evidence",
    };

    private static string Near(NearMiss miss) => miss.Kind switch
    {
        NearMissKind.Fired => "fired",
        NearMissKind.Held => miss.For is { } needed ? $"held {Span(miss.Held)} of {Span(needed)}" : $"held {Span(miss.Held)}",
        NearMissKind.Measured => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(((1 - miss.Distance!.Value) * 100) + 1e-9)} % of the way"),
        _ => "unknown",
    };
}
