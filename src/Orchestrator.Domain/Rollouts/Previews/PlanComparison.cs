using System.Collections.Immutable;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Amending;

namespace Orchestrator.Domain.Rollouts.Previews;

/// <summary>Differences of two plans in sentences, for people who decide about the newer one.</summary>
/// <param name="Text">All of it in one sentence.</param>
/// <param name="Changes">Every changed value, at most <see cref="PlanChanges.Most"/>.</param>
/// <param name="Looser">Parts that are looser, or cannot be shown to be as strict, for a rollout in its first step.</param>
/// <param name="Users">Users of each step before and after, for the steps that differ.</param>
/// <param name="UserTexts">The same in sentences; one sentence where no user moves.</param>
public sealed record PlanComparison(
    string Text, ImmutableArray<ChangeSentence> Changes, ImmutableArray<Loosening> Looser, ImmutableArray<AudienceChange> Users,
    ImmutableArray<string> UserTexts)
{
    /// <summary>Number of changed values, as a sentence without its full stop.</summary>
    public string Differences => Changes.Length switch
    {
        0 => "Both plans are the same",
        1 => "One value differs",
        >= PlanChanges.Most => $"At least {PlanChanges.Most} values differ",
        var number => $"{number} values differ",
    };

    /// <summary>Compares two plans.</summary>
    /// <param name="before">The plan that is stored, or in force.</param>
    /// <param name="after">The newer one.</param>
    /// <param name="at">Time of the comparison: a freeze that ended before has no effect any more.</param>
    public static PlanComparison Of(Plan before, Plan after, DateTimeOffset at)
    {
        var looser = Looseness.Of(AtStart(before, at), after);
        var stricter = Looseness.Of(AtStart(after, at), before);
        ImmutableArray<ChangeSentence> changes =
        [
            .. PlanChanges.Placed(before.Document, after.Document)
                .Select(change => ChangeSentence.Of(change, Strictness(change, looser, stricter))),
        ];
        var users = AudienceChanges(before, after);
        var comparison = new PlanComparison("", changes, looser, users, AudienceText.Of(users));
        return comparison with { Text = comparison.Summary() };
    }

    /// <summary>A rollout in the first step of a plan: all of the plan is ahead of it.</summary>
    private static RolloutState AtStart(Plan plan, DateTimeOffset at) =>
        RolloutState.Initial with { PlanOrNone = plan, Judgement = plan.Judgement, PhaseIndex = 0, StepIndex = 0, LastAt = at };

    private static ImmutableArray<AudienceChange> AudienceChanges(Plan before, Plan after)
    {
        var (was, now) = (Audience.Of(before), Audience.Of(after));
        var (old, revised) = (was.ToDictionary(one => one.Name), now.ToDictionary(one => one.Name));
        return
        [
            .. from step in was.Select(one => one.Name).Union(now.Select(one => one.Name))
               let change = AudienceChange.Of(step, old.GetValueOrDefault(step), revised.GetValueOrDefault(step))
               where change.Differs
               select change,
        ];
    }

    /// <summary>
    /// A change is looser where the newer plan is at its place, and stricter where only the way back would be. Where both are, neither is
    /// shown to be as strict as the other.
    /// </summary>
    private static ChangeStrictness Strictness(
        PlacedChange change, ImmutableArray<Loosening> looser, ImmutableArray<Loosening> stricter)
    {
        // A part that is gone has its place in the old plan only, and one that is new in the new plan only.
        var (forth, back) = (Touched(looser, change.Place.Now), Touched(stricter, change.Place.Was));
        return (forth, back) switch
        {
            (true, false) => ChangeStrictness.Looser,
            (false, true) => ChangeStrictness.Stricter,
            (true, true) => ChangeStrictness.Incomparable,
            _ => ChangeStrictness.Same,
        };
    }

    private static bool Touched(ImmutableArray<Loosening> parts, string path) => parts.Any(part =>
        part.Path == path || Below(part.Path, path) || part.Path switch
        {
            // Who may decide on a trigger's review is looser for all triggers together.
            "triggers" => Below(path, "triggers") && path.EndsWith(".roles", StringComparison.Ordinal),
            var step when IsStep(step) => InCriteria(step, path),
            var rule => Below(path, rule),
        });

    /// <summary>A step that is looser as a whole lacks a criterion: its own, or one of its phase.</summary>
    private static bool InCriteria(string step, string path) =>
        Criteria(path, step) || Criteria(path, step[..step.IndexOf('.', StringComparison.Ordinal)]);

    private static bool Criteria(string path, string owner) => path == $"{owner}.success" || Below(path, $"{owner}.success");

    /// <summary>True for <c>phases[2].steps[0]</c>.</summary>
    private static bool IsStep(string path) =>
        path.EndsWith(']') && path.LastIndexOf('[') is var at && path[..at].EndsWith(".steps", StringComparison.Ordinal);

    /// <summary>True where <paramref name="inner"/> lies below <paramref name="outer"/>.</summary>
    private static bool Below(string inner, string outer) =>
        inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal) && inner[outer.Length] is '.' or '[';

    private string Summary() =>
        Changes.IsEmpty ? $"{Differences}."
        : Looser.IsEmpty ? $"{Differences}; none is looser, so a rollout under way may take it in at once."
        : $"{Differences}; {(Looser.Length == 1 ? "one part is" : $"{Looser.Length} parts are")} looser or not shown to be as strict, so a rollout under way needs a second person to take it in.";
}

/// <summary>Strictness of one change.</summary>
public enum ChangeStrictness
{
    /// <summary>Neither looser nor stricter: a title, or a value that judges nothing.</summary>
    Same,

    /// <summary>Looser, or not shown to be as strict as before.</summary>
    Looser,

    /// <summary>Stricter.</summary>
    Stricter,

    /// <summary>Neither is shown to be as strict as the other: it counts as looser.</summary>
    Incomparable,
}
