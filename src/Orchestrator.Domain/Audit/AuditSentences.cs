using System.Globalization;
using System.Text.Json;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Chronicles;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Audit;

/// <summary>One plain sentence for every event of every stream, from the event and the beginning of its rollout alone.</summary>
public static class AuditSentences
{
    /// <summary>Longest value of a flag that a sentence quotes.</summary>
    private const int LongestValue = 80;

    /// <summary>The sentence.</summary>
    /// <param name="e">The event.</param>
    /// <param name="begun">The rollout after its first event, for titles of its plan; null for other streams, and where it is unknown.</param>
    public static string Of(RecordedEvent e, RolloutState? begun)
    {
        try
        {
            return e.Stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal) ? Rollout(e, begun)
                : e.Stream.StartsWith(EnvironmentEvents.Prefix, StringComparison.Ordinal)
                    ? Environment(EnvironmentEvents.Catalog.Read(e), e.Stream[EnvironmentEvents.Prefix.Length..])
                : e.Stream.StartsWith(PlanEvents.Prefix, StringComparison.Ordinal)
                    ? Plan(PlanEvents.Catalog.Read(e), e.Stream[PlanEvents.Prefix.Length..])
                : e.Stream.StartsWith(SegmentEvents.Prefix, StringComparison.Ordinal)
                    ? Segment(SegmentEvents.Catalog.Read(e), e.Stream[SegmentEvents.Prefix.Length..])
                : e.Stream == AccessEvents.Stream() ? Access(AccessEvents.Catalog.Read(e))
                : Unknown(e);
        }
        catch (Exception broken) when (broken is UnknownEventException or JsonException or FormatException or NotSupportedException)
        {
            return Unknown(e);
        }
    }

    private static string Unknown(RecordedEvent e) =>
        string.Create(CultureInfo.InvariantCulture, $"Event {e.Type}, schema {e.Schema}, which this build cannot read.");

    private static string Rollout(RecordedEvent e, RolloutState? begun)
    {
        var happened = RolloutEvents.Catalog.Read(e);
        return begun?.PlanOrNone is null ? $"{happened.GetType().Name}." : EventSentences.Of(happened, begun);
    }

    private static string Environment(EnvironmentEvent happened, string name) => happened switch
    {
        EnvironmentEvent.FlagSet e => $"Flag {e.Key} of {name} was set to {Short(e.Value)}.",
        EnvironmentEvent.FlagRemoved e => $"Flag {e.Key} of {name} was removed.",
        EnvironmentEvent.LineStopped e => Ended($"The line of {name} was stopped{Because(e.Reason)}"),
        EnvironmentEvent.LineResumed e => Ended($"The line of {name} runs again{Because(e.Reason)}"),
        EnvironmentEvent.FlagClaimed e => $"Rollout {e.Rollout} took flag {e.Flag} of {name}.",
        EnvironmentEvent.FlagReleased e => $"Flag {e.Flag} of {name} was released: rollout {e.Rollout} was not created.",
        EnvironmentEvent.PlanSalted e => $"Plan {e.Plan} has one salt for all its rollouts in {name}.",
        _ => $"{happened.GetType().Name}.",
    };

    private static string Plan(PlanEvent happened, string name) => happened switch
    {
        PlanEvent.PlanRevised e => string.Create(CultureInfo.InvariantCulture, $"Plan {name} has revision {e.Revision}."),
        PlanEvent.PlanArchived => $"Plan {name} was archived.",
        _ => $"{happened.GetType().Name}.",
    };

    private static string Segment(SegmentEvent happened, string name) => happened switch
    {
        SegmentEvent.SegmentDefined => $"Segment {name} was defined.",
        SegmentEvent.MembersChanged e => string.Create(
            CultureInfo.InvariantCulture, $"Segment {name}: {e.Added.Length} users opted in, {e.Removed.Length} users opted out."),
        SegmentEvent.PopulationMeasured e => string.Create(
            CultureInfo.InvariantCulture, $"Segment {name}: of {e.Asked} evaluated users the rule matches {e.Qualified}."),
        _ => $"{happened.GetType().Name}.",
    };

    private static string Access(AccessEvent happened) => happened switch
    {
        AccessEvent.KeyCreated e =>
            $"Key {e.Name} ({e.Id}) was created with role {e.Role.Name()}{(e.Environment is { } bound ? $" in {bound}" : "")}.",
        AccessEvent.KeyRevoked e => $"Key {e.Id} was revoked.",
        AccessEvent.KeyUsed { Reading: true } e => $"Key {e.Id} was used for the first time, to read.",
        AccessEvent.KeyUsed e => $"Key {e.Id} changed something for the first time.",
        AccessEvent.PersonNamed e => $"Person {e.Id} has the name {e.Name}.",
        _ => $"{happened.GetType().Name}.",
    };

    private static string Short(string json) => json.Length <= LongestValue ? json : string.Concat(json.AsSpan(0, LongestValue - 3), "...");

    private static string Because(string? reason) => string.IsNullOrWhiteSpace(reason) ? "" : $": {reason.Trim()}";

    private static string Ended(string text) => text is [.., '.' or '!' or '?'] ? text : text + ".";
}
