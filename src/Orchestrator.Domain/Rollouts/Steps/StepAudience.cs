using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>Users on new by a step and those before it. It only grows from step to step.</summary>
/// <param name="Percentage">Share of all users.</param>
/// <param name="Segments">Segments of which all users are on new.</param>
/// <param name="Shares">Segments of which a share is on new, or more where <paramref name="Percentage"/> is more.</param>
public readonly record struct StepAudience(Share Percentage, ImmutableArray<string> Segments, ImmutableArray<SegmentShare> Shares)
{
    /// <summary>No user.</summary>
    public static readonly StepAudience None = new(Share.None, [], []);

    /// <summary>The audience of a rollout, without what was taken back.</summary>
    public static StepAudience Of(RolloutState state) => new(state.Percentage, state.Included, state.Shares);

    /// <summary>The union of the audiences of the steps up to this one.</summary>
    public static StepAudience At(Plan plan, int phase, int step) =>
        plan.Phases.Take(phase).SelectMany(before => before.Steps).Concat(plan.Phases[phase].Steps.Take(step + 1))
            .Aggregate(None, (audience, one) => audience.With(one));

    /// <summary>This audience with the users that a step adds.</summary>
    public StepAudience With(Step step)
    {
        ImmutableArray<string> segments = [.. Segments.Union(step.Segments)];
        var shares = Shares.ToList();
        foreach (var share in step.Shares)
        {
            var known = shares.FindIndex(one => one.Segment == share.Segment);
            if (known < 0)
            {
                shares.Add(share);
            }
            else if (shares[known].Percentage < share.Percentage)
            {
                shares[known] = share;
            }
        }

        var percentage = Share.Max(Percentage, step.Percentage ?? Share.None);
        return new StepAudience(percentage, segments, [.. shares.Where(share => !segments.Contains(share.Segment))]);
    }

    /// <summary>Share of a segment's users that is on new.</summary>
    public Share Of(string segment) => Segments.Contains(segment) ? Share.All
        : Share.Max(Percentage, Shares.FirstOrDefault(share => share.Segment == segment).Percentage);

    /// <summary>This audience without some segments.</summary>
    public StepAudience Without(ImmutableArray<string> segments) => segments.IsEmpty ? this
        : this with { Segments = [.. Segments.Except(segments)], Shares = [.. Shares.Where(share => !segments.Contains(share.Segment))] };

    /// <summary>
    /// Display text: <c>10% of users and internal, 25% of region-eu</c>; <c>all of internal, 25% of region-eu</c> without a share of all
    /// users.
    /// </summary>
    public string Text => Describe(Percentage.Percent, Segments, [.. Shares.Select(SegmentPercentage.Of)]);

    /// <summary>The same for the audience in an event.</summary>
    internal static string Describe(decimal percentage, IEnumerable<string> segments, IEnumerable<SegmentPercentage>? shares)
    {
        var parts = (shares ?? []).Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Percentage}% of {share.Segment}"));
        if (percentage == 0)
        {
            // "0% of users" beside a segment reads as if no user were on new.
            var alone = string.Join(", ", segments.Select(segment => $"all of {segment}").Concat(parts));
            return alone.Length > 0 ? alone : "0% of users";
        }

        var others = string.Join(", ", segments.Concat(parts));
        return string.Create(CultureInfo.InvariantCulture, $"{percentage}% of users{(others.Length > 0 ? " and " : "")}{others}");
    }
}

/// <summary>A share of a segment's users as events store it: a number from 0 to 100.</summary>
public readonly record struct SegmentPercentage(string Segment, decimal Percentage)
{
    /// <summary>From thousandths of a percent.</summary>
    public static SegmentPercentage Of(SegmentShare share) => new(share.Segment, share.Percentage.Percent);

    /// <summary>The form in an event; null for none, which is then left out.</summary>
    public static SegmentPercentage[]? Written(ImmutableArray<SegmentShare> shares) => shares.IsEmpty ? null : [.. shares.Select(Of)];

    /// <summary>From an event; an event without shares has none.</summary>
    public static ImmutableArray<SegmentShare> Read(SegmentPercentage[]? shares) =>
        [.. (shares ?? []).Select(share => new SegmentShare(share.Segment, Share.OfPercent(share.Percentage)))];
}
