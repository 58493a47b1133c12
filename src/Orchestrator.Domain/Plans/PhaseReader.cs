using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans.Checks;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads <c>phases</c>, and checks rules across all of them.</summary>
internal sealed class PhaseReader(PlanScope scope, ImmutableHashSet<string> planTriggers)
{
    private readonly HashSet<string> _phases = [];
    private readonly HashSet<string> _steps = [];
    private readonly HashSet<string> _objectives = [];

    public ImmutableArray<Phase> Read(Field field)
    {
        var items = field.Items();
        if (items.IsEmpty && field.Node is Node.Sequence)
        {
            field.Error("must have at least one phase");
        }

        var audience = new AudienceCheck();
        var phases = ImmutableArray.CreateBuilder<Phase>();
        foreach (var item in items)
        {
            if (item.Mapping(PlanKeys.Phase) is { } mapping && Read(mapping, audience) is { } phase)
            {
                phases.Add(phase);
            }
        }

        return phases.ToImmutable();
    }

    private Phase? Read(MappingReader mapping, AudienceCheck audience)
    {
        var name = mapping.Require("name")?.Name();
        if (name is not null && !_phases.Add(name))
        {
            mapping["name"]!.Error($"the phase name '{name}' is used twice");
        }

        var shadow = mapping["shadow"]?.Boolean() ?? false;
        var duration = mapping["duration"] is { } d ? Range(d) : null;
        var success = CriterionReader.Read(mapping.Items("success"), scope, [], duration?.Max);
        var triggers = TriggerReader.Read(mapping.Items("triggers"), scope, planTriggers, name ?? "phase", duration?.Max);
        var inForce = planTriggers.Union(triggers.Select(t => t.Name));
        var objectives = PeopleReader.Objectives(mapping.Items("objectives"), _objectives);
        var review = mapping["review"] is { } r ? PeopleReader.Review(r) : null;
        if (review?.Every is not null)
        {
            mapping["review"]!.Error("'every' is for a step's review; a phase has one, at its end");
        }

        var unused = mapping["legacyUnusedFor"]?.Duration(positive: true);
        var steps = Steps(mapping, name, success, inForce, duration?.Max);
        var phase = new Phase
        {
            Name = name ?? "",
            Title = mapping["title"]?.Text(),
            Scope = mapping["scope"]?.Text(),
            Risk = mapping["risk"]?.OneOf("risk", PlanVocabulary.Risks.AsSpan()),
            Duration = duration,
            Shadow = shadow,
            Flags = mapping["flags"] is { } flags ? FlagReader.Read(flags, scope.Flag) : [],
            Steps = [.. steps.Select(s => s.Step)],
            Success = success,
            Triggers = triggers,
            Objectives = objectives,
            Review = review,
            OnStale = mapping["onStale"] is { } stale ? PolicyReader.Stale(stale) : null,
            OnUnwatched = mapping["onUnwatched"] is { } unwatched ? PolicyReader.Unwatched(unwatched) : null,
            LegacyUnusedFor = unused,
        };
        TimeCheck.Phase(mapping, phase, steps);
        audience.Phase(mapping, phase, steps);
        return name is null ? null : phase;
    }

    private List<(MappingReader Source, Step Step)> Steps(
        MappingReader phase, string? phaseName, ImmutableArray<Criterion> success, ImmutableHashSet<string> triggers, TimeSpan? longest)
    {
        var read = new List<(MappingReader, Step)>();
        var items = phase.Require("steps")?.Items() ?? [];
        if (phase["steps"] is { Node: Node.Sequence { Items.IsEmpty: true } } empty)
        {
            empty.Error("a phase needs at least one step");
        }

        foreach (var (index, item) in items.Index())
        {
            if (item.Mapping(PlanKeys.Step) is not { } mapping)
            {
                continue;
            }

            var name = mapping["name"] is { } given ? given.Name()
                : phaseName is null ? null : Step.Unnamed(phaseName, index, items.Length);
            if (name is not null && !_steps.Add(name))
            {
                (mapping["name"] ?? item).Error($"the step name '{name}' is used twice");
            }

            var (segments, shares) = AudienceReader.Read(mapping, scope);
            read.Add((mapping, new Step
            {
                Name = name ?? "",
                Title = mapping["title"]?.Text(),
                Percentage = mapping["percentage"]?.Percentage(),
                Segments = segments,
                Shares = shares,
                Hold = mapping["hold"]?.Duration() ?? TimeSpan.Zero,
                Success = CriterionReader.Read(mapping.Items("success"), scope, success, longest),
                Triggers = TriggerReader.Read(mapping.Items("triggers"), scope, triggers, name ?? "step", longest),
                Review = mapping["review"] is { } review ? PeopleReader.Review(review) : null,
            }));
        }

        return read;
    }

    private static DurationRange? Range(Field field)
    {
        var text = field.Text();
        if (text is null)
        {
            return null;
        }

        var parts = text.Split("..");
        if (parts.Length > 2 || !Durations.TryParse(parts[0].Trim(), out var least) || !Durations.TryParse(parts[^1].Trim(), out var most))
        {
            field.Error($"must be a duration or a range such as 1w..2w, but is {field.Shown}");
            return null;
        }

        if (least > most || most <= TimeSpan.Zero)
        {
            field.Error($"the duration {field.Shown} is impossible: {(least > most ? "its shortest is longer than its longest" : "it has no length")}");
            return null;
        }

        return new DurationRange(least, most);
    }
}
