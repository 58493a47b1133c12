using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans.Checks;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>Reads <c>triggers</c> of the plan, a phase or a step.</summary>
internal static class TriggerReader
{
    /// <summary>Reviews are not repeated at once; a rollback of users waits for nothing.</summary>
    private static readonly TimeSpan UsualCoolDown = TimeSpan.FromMinutes(10);

    /// <param name="items">The list.</param>
    /// <param name="scope">The plan around it.</param>
    /// <param name="taken">Names of triggers in force together with these.</param>
    /// <param name="prefix">Phase or step, for generated names; null for the plan.</param>
    /// <param name="longest">Longest duration of the phase; null for the plan, or when not given.</param>
    public static ImmutableArray<Trigger> Read(
        ImmutableArray<Field> items, PlanScope scope, ImmutableHashSet<string> taken, string? prefix, TimeSpan? longest)
    {
        var names = taken.ToBuilder();
        var read = items.Select(item => (Item: item, Trigger: Read(item, scope))).ToList();
        foreach (var (item, trigger) in read)
        {
            if (trigger is { Name.Length: > 0 } && !names.Add(trigger.Name))
            {
                item.Error($"the trigger name '{trigger.Name}' is used twice among triggers in force together");
            }

            if (trigger is not null)
            {
                TimeCheck.Fits(item, trigger.Rule, longest);
            }
        }

        // Given names first, so that a generated one never takes the name of a later trigger.
        return [.. read.Select(r => r.Trigger).OfType<Trigger>()
            .Select(t => t.Name.Length > 0 ? t : t with { Name = Made(t, prefix, names) })];
    }

    private static Trigger? Read(Field field, PlanScope scope)
    {
        if (field.Mapping(PlanKeys.Trigger) is not { } mapping)
        {
            return null;
        }

        var name = mapping["name"]?.Name() ?? "";
        var title = mapping["title"]?.Text();
        var rule = scope.Rule(mapping, "when", mapping["for"], mapping["over"]);
        var action = mapping.Require("action")?.OneOf("action", PlanVocabulary.Actions.AsSpan());
        var level = mapping["level"]?.OneOf("level", "critical", "warning")
            ?? (action is "rollback" or "rollback-segment" or "step-back" ? "critical" : "warning");
        var segments = mapping.Items("segments").Each(scope.Segment);
        var (roles, needs) = PeopleReader.Roles(mapping);
        var each = mapping["perSegment"]?.Boolean() ?? false;
        if (each && action is not null and not "rollback-segment")
        {
            mapping["perSegment"]!.Error($"'perSegment' belongs to the action rollback-segment, but the action is {action}");
        }
        else if (each && rule is not null && !Separable(rule.Condition))
        {
            mapping["perSegment"]!.Error("'perSegment' judges each segment by itself: the condition must compare a metric and name no segment");
        }
        else if (each && rule is not null && rule.Condition.Leaves().Any(leaf => leaf.Subject is { Metric: PlanVocabulary.Incidents }))
        {
            mapping["perSegment"]!.YoungerError("'perSegment' judges each segment by its own samples, but 'incidents' counts those of the whole rollout");
        }
        else if (each && scope.Segments.Count == 0)
        {
            mapping["perSegment"]!.YoungerError("'perSegment' judges each segment of the plan, but the plan defines none");
        }

        if (action == "rollback-segment" && mapping["segments"] is null && !each)
        {
            field.Error("the action rollback-segment needs 'segments', the ones to take back, or 'perSegment: true'");
        }
        else if (action == "rollback-segment" && mapping["segments"] is { Node: Node.Sequence { Items.IsEmpty: true } } none)
        {
            none.Error("must name at least one segment to take back");
        }
        else if (action is not null and not "rollback-segment" && mapping["segments"] is { } stray)
        {
            stray.Error(
                $"'segments' belongs to the action rollback-segment, but the action is {action}; to watch one segment write 'in SEGMENT' in the condition");
        }

        if (action is not null and not "review" && mapping["roles"] is { } idle)
        {
            idle.Error($"'roles' belongs to the action review, but the action is {action}");
        }

        var release = mapping["releaseOnClear"]?.Boolean() ?? false;
        if (release && action is not null and not "review")
        {
            mapping["releaseOnClear"]!.Error($"'releaseOnClear' belongs to the action review, but the action is {action}");
        }

        if (rule is null || action is null)
        {
            return null;
        }

        var coolDown = mapping["coolDown"]?.Duration() ?? (action is "review" or "notify" ? UsualCoolDown : TimeSpan.Zero);
        rule = scope.Options(mapping, rule) with { MaxGap = mapping["maxGap"]?.Duration(positive: true) };
        return new Trigger(name, rule, Action(action), level, segments, title, roles)
        {
            Clear = mapping["clear"] is { } clear ? scope.Clear(clear, rule) : null,
            CoolDown = coolDown,
            PerSegment = each,
            ReleaseOnClear = release,
            Needs = needs,
        };
    }

    /// <summary>True when it compares metrics, each one of all users together. An alert beside them applies to every segment.</summary>
    private static bool Separable(Condition condition)
    {
        var leaves = condition.Leaves().Where(leaf => condition is not Condition.Joined || leaf is not Condition.Alert).ToArray();
        return leaves.Length > 0 && leaves.All(leaf => leaf.Compares() && leaf.Subject!.Segment is null);
    }

    private static TriggerAction Action(string action) => action switch
    {
        "rollback" => TriggerAction.Rollback,
        "rollback-segment" => TriggerAction.RollbackSegment,
        "step-back" => TriggerAction.StepBack,
        "review" => TriggerAction.Review,
        _ => TriggerAction.Notify,
    };

    private static string Made(Trigger trigger, string? prefix, ISet<string> taken)
    {
        var about = string.Join(
            ' ', trigger.Rule.Condition.Leaves().Select(leaf => leaf.Subject?.Metric ?? (leaf as Condition.Alert)?.Name ?? "alert").Distinct());
        return Slug.Unique(prefix is null ? about : $"{prefix} {about}", "trigger", taken);
    }
}
