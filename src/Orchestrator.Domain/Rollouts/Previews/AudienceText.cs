using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Rollouts.Amending;

namespace Orchestrator.Domain.Rollouts.Previews;

/// <summary>
/// Users who move by a changed plan, in sentences. A user's bucket depends on the salt of the rollout and not on the plan, so a larger
/// share has all users of the smaller one: only the difference moves.
/// </summary>
internal static class AudienceText
{
    /// <summary>One sentence where no user moves.</summary>
    public const string None = "No user moves: every step has the same users as before.";

    /// <summary>A sentence for each step that differs.</summary>
    public static ImmutableArray<string> Of(ImmutableArray<AudienceChange> steps) =>
        steps.IsEmpty ? [None] : [.. steps.Select(Of)];

    /// <summary>The sentence of one step.</summary>
    public static string Of(AudienceChange step) => step switch
    {
        { Before: null, After: { } now } => $"Step {step.Step} is new: {Percent(now)} of users are on new in it.",
        { Before: { } was, After: null } => $"Step {step.Step} is gone; it had {Percent(was)} of users on new.",
        { Before: { } was, After: { } now } when now > was =>
            $"Step {step.Step}: {Percent(was)} → {Percent(now)} of users. Another {Percent(now - was)} of users go to new when it begins{Segments(step)}; every user who was in it stays.",
        { Before: { } was, After: { } now } when now < was =>
            $"Step {step.Step}: {Percent(was)} → {Percent(now)} of users. {Percent(was - now)} of users stay on legacy for longer{Segments(step)}.",
        { After: { } now } => $"Step {step.Step}: {Percent(now)} of users as before{Segments(step)}.",
        _ => $"Step {step.Step} has no users.",
    };

    /// <summary>The current step of a rollout: it keeps its users, or the amendment is refused.</summary>
    public static string Now(AudienceChange now) => now.Differs
        ? $"The current step {now.Step} would have other users{Difference(now)}, which no amendment may do."
        : $"No user moves now: the current step {now.Step} keeps its {Percent(now.Before ?? 0)} of users and its segments.";

    private static string Difference(AudienceChange step) => (step.Before, step.After) switch
    {
        ({ } was, { } now) when now != was => $" ({Percent(was)} → {Percent(now)}, so {Percent(Math.Abs(now - was))} of users would move{Segments(step)})",
        _ => "",
    };

    private static string Segments(AudienceChange step)
    {
        string[] parts =
        [
            .. step.Joining.Select(segment => $"all users of segment {segment} join"),
            .. step.Leaving.Select(segment => $"segment {segment} no longer joins"),
            .. step.Shares.Where(one => !step.Joining.Contains(one.Segment) && !step.Leaving.Contains(one.Segment))
                .Select(one => $"segment {one.Segment}: {Percent(one.Before)} → {Percent(one.After)} of its users"),
        ];
        return parts.Length == 0 ? "" : "; " + string.Join(", ", parts);
    }

    private static string Percent(decimal percent) => percent.ToString("0.###", CultureInfo.InvariantCulture) + " %";
}
