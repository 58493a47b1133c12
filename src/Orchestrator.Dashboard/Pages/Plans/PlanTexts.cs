using System.Globalization;
using Orchestrator.Dashboard.Charts;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Plans;

/// <summary>Sentences of the pages of plans.</summary>
public static class PlanTexts
{
    /// <summary>The smallest useful plan, to begin with.</summary>
    internal const string Sample = """
        plan: my-plan
        title: A new plan
        flag: myFlag

        metrics:
          error_rate: { ratio: errors / requests }

        triggers:
          - { name: errors, when: error_rate > 1%, for: 5m, action: rollback }

        phases:
          - name: public
            steps:
              - { percentage: 10%, hold: 1d }
              - { percentage: 50%, hold: 1d }
              - { percentage: 100%, hold: 1d }
            success: [ error_rate < 0.5% over 12h ]

        """;

    /// <summary>Address of a revision of a plan.</summary>
    public static string Revision(string name, int revision) => $"{Frame.Links.Plan(name)}?revision={revision.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>First sentence of the list.</summary>
    public static string List(PlanList list)
    {
        var used = list.Plans.Count(plan => plan.Unfinished > 0);
        var number = list.Next is null ? Numbers.Plural(list.Plans.Count, "plan") : $"More than {Numbers.Plural(list.Plans.Count, "plan")}";
        var use = used == 0 ? "none is" : used == 1 ? "1 is" : $"{Numbers.Count(used)} are";
        return $"{Upper(number)}; {use} followed by a rollout that is not over.";
    }

    /// <summary>Use of a plan in the list.</summary>
    public static string Use(PlanRow plan) => plan.Rollouts == 0 ? "by no rollout"
        : $"by {Numbers.Plural(plan.Rollouts, "rollout")}, {(plan.Unfinished == 0 ? "all of them over" : $"{Numbers.Count(plan.Unfinished)} not over")}";

    /// <summary>Sentence after a revision was stored: which rollouts keep theirs.</summary>
    public static string Saved(PlanData plan, int revision)
    {
        var kept = plan.UsedBy.Where(use => use.Unfinished && use.Revision != revision).ToList();
        var rest = kept.Count == 0 ? "No rollout under way follows another revision."
            : $"Running rollouts keep their revision: {Numbers.List([.. kept.Take(10).Select(use => $"{use.Id} keeps revision {use.Revision}")])}{(kept.Count > 10 ? $", and {kept.Count - 10} more" : "")}.";
        return $"Revision {revision} is stored. {rest}";
    }

    /// <summary>Sentence before storing.</summary>
    public static string BeforeSave(PlanData? plan)
    {
        var kept = plan?.UsedBy.Where(use => use.Unfinished).ToList() ?? [];
        return kept.Count == 0 ? "Storing makes a new revision. No rollout under way follows this plan."
            : $"Storing makes a new revision. Running rollouts keep theirs: {Numbers.List([.. kept.Take(10).Select(use => $"{use.Id} keeps revision {use.Revision}")])}.";
    }

    /// <summary>Sign of a change.</summary>
    public static Sign Strictness(string strictness) => strictness switch
    {
        "looser" => new Sign("▽", "looser", "is-warning"),
        "stricter" => new Sign("△", "stricter", "is-met"),
        "incomparable" => new Sign("?", "not comparable, counts as looser", "is-warning"),
        _ => new Sign("=", "as strict", "is-plain"),
    };

    /// <summary>Title of a comparison.</summary>
    public static string Title(ComparisonData comparison) =>
        $"From revision {comparison.From.Revision} to {(comparison.To.Revision is { } to ? $"revision {to}" : "this text")}";

    /// <summary>Effect of a text on a rollout under way, in one sentence.</summary>
    public static string Effect(EffectData effect) =>
        !effect.Allowed ? $"{effect.Rollout} cannot take this in: {Numbers.Plural(effect.Refusals.Count, "part contradicts", "parts contradict")} its past or its environment."
        : effect.NeedsSecondPerson ? $"{effect.Rollout} follows revision {effect.From.Revision}. To take this in, a second person must agree: {Numbers.Plural(effect.Looser.Count, "part is", "parts are")} looser or not shown to be as strict."
        : $"{effect.Rollout} follows revision {effect.From.Revision}. It may take this in at once: no part is looser.";

    /// <summary>
    /// Users who move, as numbers of people: only where people are counted. Two digits, because a count has an error of 2 %.
    /// </summary>
    public static IReadOnlyList<string> Counted(CountedEffect counted, Viewer viewer)
    {
        if (counted.People is not { Total: > 0 } people)
        {
            return [];
        }

        List<string> texts = [];
        foreach (var step in counted.Effect.Users.Ahead)
        {
            if (step is { Before: { } before, After: { } after } && before != after)
            {
                var users = About(people.Total * Math.Abs(after - before) / 100);
                texts.Add(after > before
                    ? $"Step {step.Step}: about {users} users more go to new when it begins."
                    : $"Step {step.Step}: about {users} users stay on legacy for longer.");
            }

            texts.AddRange(
                from segment in step.Joining
                join count in people.BySegment on segment equals count.Segment
                select $"Step {step.Step}: segment {segment} has about {About(count.Total)} users; those who are not on new yet go there when it begins.");
        }

        return texts.Count == 0 ? [] : [.. texts, $"Of {Numbers.Count(people.Total)} users counted since {Times.Absolute(people.From, viewer)}."];
    }

    /// <summary>A number with two digits that count: <c>1,900</c>.</summary>
    internal static string About(double users)
    {
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, users))) - 1));
        return Numbers.Count((long)(Math.Round(users / unit) * unit));
    }

    /// <summary>Errors of a text in one sentence.</summary>
    public static string Errors(int count) => count == 1 ? "The plan has an error and is not stored." : $"The plan has {Numbers.Count(count)} errors and is not stored.";

    /// <summary>Phases with their earliest dates.</summary>
    public static IReadOnlyList<GanttRow> Rows(ScheduleData schedule) =>
    [
        .. schedule.Steps.GroupBy(step => step.Phase, StringComparer.Ordinal)
            .Select(phase => new GanttRow(phase.Key, GanttState.Later, phase.First().Begins, phase.Last().Ends)),
    ];

    /// <summary>Hold of a step.</summary>
    public static string Hold(string hold) => hold == "0s" ? "no least time" : $"at least {hold}";

    /// <summary>The text as the API takes it: browsers send line breaks of two characters.</summary>
    public static string Plain(string? text) => (text ?? "").ReplaceLineEndings("\n");

    private static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
