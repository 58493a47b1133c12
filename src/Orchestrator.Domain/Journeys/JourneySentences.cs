using System.Globalization;
using Orchestrator.Domain.Chronicles;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Journeys;

/// <summary>Reasons why an interval began, for a place in a sentence: without a capital and without a full stop.</summary>
public static class JourneySentences
{
    /// <summary>The reason in a rollout's event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="state">The rollout after it.</param>
    /// <param name="before">The answer before; null for the first.</param>
    /// <param name="after">The answer after.</param>
    public static string Of(Happened<RolloutEvent> happened, RolloutState state, Explanation? before, Explanation after)
    {
        var place = Place(before, after);
        return happened.Event switch
        {
            RolloutCreated e => $"rollout {e.Rollout} of flag {e.Flag} was created and is not started",
            RolledBack { Trigger: { } trigger } => $"rolled back by {trigger}",
            RolledBack e => $"rolled back by {By(happened.Actor)}: {Inside(e.Reason)}",
            SegmentRolledBack e => $"{Keys(e.Segments)} rolled back by {e.Trigger ?? $"{By(happened.Actor)}: {Inside(e.Reason)}"}",
            RolloutAborted e => $"the rollout was aborted: {Inside(e.Reason)}",
            RolloutRestored e => $"restored by {By(happened.Actor)} to step {e.Step}{place}",
            SegmentRestored e => $"{Keys(e.Segments)} restored by {By(happened.Actor)}{place}",
            RolloutRetired { Successor: { } successor } => $"retired for rollout {successor}",
            RolloutRetired => "the rollout was retired, and the flag has its static value",
            StepStarted or PhaseStarted or RolloutStarted or PercentageLowered when Joined(before, after) is { } joined => joined,
            StepStarted e => $"step {e.Step} began{place}",
            PercentageLowered e => $"down from {Percent(e.From)} to {Percent(e.To)} in step {e.Step}{place}",
            var other => Inside(EventSentences.Of(other, state)) + place,
        };
    }

    /// <summary>The reason in an environment's event.</summary>
    public static string Of(EnvironmentEvent happened, Explanation after) => happened switch
    {
        EnvironmentEvent.FlagSet e => $"the flag was set to {Field.Short(e.Value)}",
        EnvironmentEvent.FlagRemoved => after.Variant is null ? "the flag was removed" : "the static value of the flag was removed",
        EnvironmentEvent.FlagClaimed e => $"rollout {e.Rollout} claimed the flag",
        _ => "the environment changed",
    };

    /// <summary>The reason in a segment's event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="key">Key of the segment.</param>
    /// <param name="before">The answer before; null for the first.</param>
    /// <param name="after">The answer after.</param>
    public static string Of(SegmentEvent happened, string key, Explanation? before, Explanation after) => happened switch
    {
        SegmentEvent.MembersChanged => $"members of segment {key} changed",
        SegmentEvent.PopulationMeasured => $"the users of segment {key} were counted",
        _ => $"segment {key} was defined",
    } + Place(before, after);

    /// <summary>The reason in an event that this build cannot read, or of a stream that it does not trust.</summary>
    public static string Unread(string stream) => $"stream {stream} has an event that this build cannot read or trust";

    private static string? Joined(Explanation? before, Explanation after) => after.Variant != "new" || before?.Variant == "new" ? null
        : after.Reason switch
        {
            "SPLIT" => $"joined at {RuleText.Percent(after.Reached)}, {Bucket(after)}",
            "TARGETING_MATCH" => $"joined with {Included(after)}",
            _ => "joined with all users",
        };

    /// <summary>The user's own place in it: bucket, segment, or the share at which the user joins.</summary>
    private static string Place(Explanation? before, Explanation after) => after switch
    {
        { Variant: "new" } when Joined(before, after) is { } joined => $"; {joined}",
        { Variant: "new", Reason: "SPLIT" } => $"; {Bucket(after)} stays below {RuleText.Percent(after.Reached)}",
        { Variant: "legacy", Reason: "SPLIT", Bucket: { } bucket } =>
            $"; {Bucket(after)} joins at {RuleText.Percent(Share.Of(bucket + 1))}",
        _ => "",
    };

    private static string Bucket(Explanation answer) =>
        $"bucket {(answer.Bucket ?? 0).ToString("N0", CultureInfo.InvariantCulture)}{(answer.StickyBy is { } by ? $" by {by}" : "")}";

    /// <summary>Segment of the rule that included the user: <c>segment beta included</c>.</summary>
    private static string Included(Explanation answer)
    {
        const string Role = " included";
        return answer.Rules.LastOrDefault(row => row.Matched && row.Rule.StartsWith("segment ", StringComparison.Ordinal)
            && row.Rule.EndsWith(Role, StringComparison.Ordinal)) is { } row ? row.Rule[..^Role.Length] : "a segment";
    }

    private static string By(Actor actor) => actor.Name ?? actor.Id;

    private static string Keys(string[] segments) =>
        $"{(segments.Length == 1 ? "segment" : "segments")} {string.Join(", ", segments)}";

    private static string Percent(decimal percent) => RuleText.Percent(Share.OfPercent(percent));

    /// <summary>A sentence inside of another one.</summary>
    private static string Inside(string text)
    {
        var trimmed = text.Trim().TrimEnd('.');
        return trimmed is [var first, var second, ..] && char.IsUpper(first) && char.IsLower(second)
            ? char.ToLowerInvariant(first) + trimmed[1..]
            : trimmed;
    }
}
