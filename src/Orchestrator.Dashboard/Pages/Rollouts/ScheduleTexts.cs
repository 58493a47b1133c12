using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Charts;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Rows and sentence of the plan beside what happened.</summary>
public static class ScheduleTexts
{
    /// <summary>One row a step.</summary>
    public static IReadOnlyList<GanttRow> Rows(ScheduleData schedule) =>
    [
        .. schedule.Steps.Select(step => new GanttRow(
            step.Title ?? $"{step.Phase}, {step.Step}", State(step), step.PlannedFrom, step.PlannedTo, step.From, step.Current ? null : step.Until)),
    ];

    /// <summary>Time behind the plan, and the earliest end.</summary>
    public static string Sentence(ScheduleData schedule, Viewer viewer)
    {
        if (schedule is not { ExpectedEnd: { } end })
        {
            return "No step is under way.";
        }

        var behind = ApiDurations.Read(schedule.Behind) is { Ticks: > 0 } late ? $"{Words.Durations.Text(late)} behind the plan" : "On time";
        return $"{behind}; the last step can end on {Times.Day(end, viewer)} at the earliest.";
    }

    private static GanttState State(ScheduledStepData step) => step switch
    {
        { Current: true } => GanttState.Now,
        { From: null } => GanttState.Later,
        { Ended: "rolledBack" or "aborted" or "steppedBack" } => GanttState.Bad,
        _ => GanttState.Done,
    };
}
