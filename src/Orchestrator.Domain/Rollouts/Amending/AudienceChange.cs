using System.Collections.Immutable;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>Audience of a step before and after.</summary>
/// <param name="Step">Name of the step.</param>
/// <param name="Before">Share on new; null when the plan in force has no such step.</param>
/// <param name="After">Share on new; null when the revision has no such step.</param>
/// <param name="Joining">Segments that the step has only in the revision.</param>
/// <param name="Leaving">Segments that the step has only in the plan in force.</param>
/// <param name="Shares">Segments of which another share is on new.</param>
public sealed record AudienceChange(
    string Step, decimal? Before, decimal? After, ImmutableArray<string> Joining, ImmutableArray<string> Leaving,
    ImmutableArray<ShareChange> Shares)
{
    internal bool Differs => Before != After || !Joining.IsEmpty || !Leaving.IsEmpty || !Shares.IsEmpty;

    internal static AudienceChange Of(string step, Audience? before, Audience? after) => new(
        step, before?.Percentage.Percent, after?.Percentage.Percent,
        [.. (after?.Segments ?? []).Except(before?.Segments ?? [])], [.. (before?.Segments ?? []).Except(after?.Segments ?? [])],
        [
            .. from segment in (before?.Users.Shares ?? []).Concat(after?.Users.Shares ?? []).Select(share => share.Segment).Distinct()
               let change = new ShareChange(segment, before?.Users.Of(segment).Percent ?? 0, after?.Users.Of(segment).Percent ?? 0)
               where change.Before != change.After
               select change,
        ]);
}

/// <summary>A segment of which another share is on new. Percentages from 0 to 100.</summary>
public sealed record ShareChange(string Segment, decimal Before, decimal After);
