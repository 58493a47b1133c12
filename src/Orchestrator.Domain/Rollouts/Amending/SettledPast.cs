using System.Collections.Immutable;
using System.Text.Json;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>
/// Parts that no amendment changes: the ones that decided which users are on new, up to the current step. Users stay on their variant, and
/// the history keeps its meaning.
/// </summary>
internal static class SettledPast
{
    /// <summary>Every part of the revision that contradicts the past, by path. Empty when none does.</summary>
    public static ImmutableArray<InputError> Refusals(RolloutState state, Plan plan)
    {
        var refusals = ImmutableArray.CreateBuilder<InputError>();
        Whole(state, plan, refusals);
        using var was = JsonDocument.Parse(state.Plan.Document);
        using var now = JsonDocument.Parse(plan.Document);
        for (var phase = 0; phase <= state.PhaseIndex; phase++)
        {
            Past(state, plan, phase, refusals);
            Unknown(state, phase, Entry(was.RootElement, "phases", phase), Entry(now.RootElement, "phases", phase), refusals);
        }

        return refusals.ToImmutable();
    }

    private static void Whole(RolloutState state, Plan plan, ImmutableArray<InputError>.Builder refusals)
    {
        var before = state.Plan;
        Same("plan", before.Name, plan.Name, "an amendment must be a revision of the same plan");
        Same("flag", before.Flag, plan.Flag, "a rollout keeps the flag that it routes");
        Same("stickiness", Stickiness(before), Stickiness(plan), "a rollout keeps its salt");
        Same("stickyBy", before.StickyBy ?? "targetingKey", plan.StickyBy ?? "targetingKey", "another attribute would put other users on new");
        if (state.Ramp is not null && before.Legacy != plan.Legacy)
        {
            refusals.Add(new InputError("legacy", "cannot change while load returns to legacy in pieces of the old size; wait for the last piece, or roll back"));
        }

        void Same(string path, string was, string now, string rule)
        {
            if (was != now)
            {
                refusals.Add(new InputError(path, $"is '{was}' in this rollout and '{now}' in the revision: {rule}"));
            }
        }
    }

    private static void Past(RolloutState state, Plan plan, int index, ImmutableArray<InputError>.Builder refusals)
    {
        var before = state.Plan.Phases[index];
        var path = $"phases[{index}]";
        if (index >= plan.Phases.Length || plan.Phases[index].Name != before.Name)
        {
            var found = index >= plan.Phases.Length ? "nothing" : $"phase '{plan.Phases[index].Name}'";
            refusals.Add(new InputError(path, $"is phase '{before.Name}' in this rollout, which has entered it, and {found} in the revision: phases that were entered keep their place and name"));
            return;
        }

        var after = plan.Phases[index];
        if (before.Shadow != after.Shadow)
        {
            refusals.Add(new InputError(path + ".shadow", "a phase that was entered stays shadow or live: its samples were taken of that traffic"));
        }

        if (!before.Flags.SequenceEqual(after.Flags))
        {
            refusals.Add(new InputError(path + ".flags", "users are served the flags of a phase that was entered; set a flag of the environment, or change a later phase"));
        }

        var settled = index < state.PhaseIndex ? before.Steps.Length : state.StepIndex + 1;
        if (index < state.PhaseIndex && after.Steps.Length > before.Steps.Length)
        {
            refusals.Add(new InputError($"{path}.steps[{before.Steps.Length}]", $"would be a new step of phase '{before.Name}', which is over; later phases take new steps"));
        }

        for (var step = 0; step < settled; step++)
        {
            Past(before, after, step, $"{path}.steps[{step}]", refusals);
        }
    }

    private static void Past(Phase before, Phase after, int index, string path, ImmutableArray<InputError>.Builder refusals)
    {
        var was = before.Steps[index];
        if (index >= after.Steps.Length || after.Steps[index].Name != was.Name)
        {
            var found = index >= after.Steps.Length ? "nothing" : $"step '{after.Steps[index].Name}'";
            refusals.Add(new InputError(
                path, $"is step '{was.Name}' in this rollout, which has entered it, and {found} in the revision: steps that were entered keep their place and name (a step without a name is named after its phase and place)"));
            return;
        }

        var now = after.Steps[index];
        if (was.Percentage != now.Percentage)
        {
            refusals.Add(new InputError(
                path + ".percentage", $"is {Text(was.Percentage)} in this rollout and {Text(now.Percentage)} in the revision: shares up to the current step stay. Step back for fewer users; add a step after the current one for more"));
        }

        if (!was.Segments.ToHashSet().SetEquals(now.Segments))
        {
            refusals.Add(new InputError(
                path + ".segments", $"is [{string.Join(", ", was.Segments)}] in this rollout and [{string.Join(", ", now.Segments)}] in the revision: segments up to the current step stay. Roll a segment back, or add a step after the current one"));
        }

        if (!was.Shares.ToHashSet().SetEquals(now.Shares))
        {
            refusals.Add(new InputError(
                path + ".audience", $"adds [{Text(was.Shares)}] in this rollout and [{Text(now.Shares)}] in the revision: shares up to the current step stay. Step back for fewer users; add a step after the current one for more"));
        }
    }

    /// <summary>Refuses changes of unknown keys in the past: they may decide which users are on new.</summary>
    private static void Unknown(
        RolloutState state, int phase, JsonElement? was, JsonElement? now, ImmutableArray<InputError>.Builder refusals)
    {
        var path = $"phases[{phase}]";
        var settled = phase < state.PhaseIndex ? state.Plan.Phases[phase].Steps.Length : state.StepIndex + 1;
        var differing = KeyLevel.Phase.OwnDifferences(path, was, now)
            .Concat(Enumerable.Range(0, settled)
                .SelectMany(step => KeyLevel.Step.OwnDifferences($"{path}.steps[{step}]", Entry(was, "steps", step), Entry(now, "steps", step))));
        refusals.AddRange(differing.Select(one => new InputError(one, "differs in a phase or step that was entered: it may decide which users are on new")));
    }

    private static JsonElement? Entry(JsonElement? mapping, string key, int index) =>
        mapping is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(key, out var list)
            && list.ValueKind == JsonValueKind.Array && index < list.GetArrayLength() ? list[index] : null;

    private static string Text(ImmutableArray<SegmentShare> shares) =>
        string.Join(", ", shares.Select(share => $"{share.Percentage} of {share.Segment}"));

    private static string Stickiness(Plan plan) => plan.KeepsSalt ? PlanVocabulary.KeepsSalt : "rollout";

    private static string Text(Share? share) => share?.ToString() ?? "not given";
}
