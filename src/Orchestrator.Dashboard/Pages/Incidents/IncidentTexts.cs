using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Incidents;

/// <summary>Sentences about incidents.</summary>
public static class IncidentTexts
{
    /// <summary>Verification steps in their order.</summary>
    public static IReadOnlyList<string> Steps { get; } = ["propagation", "traffic", "health", "consistency"];

    /// <summary>Sign of a state.</summary>
    public static Sign Sign(IncidentData incident) => incident.State switch
    {
        "open" => Verdicts.Waiting.As("open"),
        "escalated" => Verdicts.Breached.As("escalated"),
        "resolved" => Verdicts.Met.As("resolved"),
        "ended" => new Sign("–", "ended", "is-plain"),
        _ => Verdicts.NoEvidence.As(incident.State),
    };

    /// <summary>State in words: <c>open: traffic is being asked</c>, <c>resolved after 4 min</c>.</summary>
    public static string State(IncidentData incident) => incident.Open
        ? $"{(incident.Escalated is null ? "open" : "escalated")}: {Detail(incident)}"
        : $"{incident.Ended!.Outcome} {Detail(incident)}";

    /// <summary>State in words beside its sign: <c>traffic is being asked</c>, <c>after 4 min</c>.</summary>
    public static string Detail(IncidentData incident) => incident switch
    {
        { Ended: { Outcome: "resolved" } end } => $"after {Durations.Text(end.At - incident.OpenedAt)}",
        { Ended: { } end } => $"after {Durations.Text(end.At - incident.OpenedAt)}: {end.Reason}",
        { Escalated: not null } => "manual intervention required",
        { Next: { } step } => $"{step} is being asked",
        _ => "a person must resolve it, because not all was shown",
    };

    /// <summary>The rollback in words: <c>Everyone was rolled back by trigger error-rate-spike</c>.</summary>
    public static string What(IncidentData incident)
    {
        var (who, many) = incident.Segments is { Count: > 0 } segments
            ? (segments.Count == 1 ? $"Segment {segments[0]}" : $"Segments {Numbers.List(segments)}", segments.Count > 1)
            : ("Everyone", false);
        return $"{who} {(many ? "were" : "was")} rolled back {(incident.Trigger is { } trigger ? $"by trigger {trigger}" : "by a person")}";
    }

    /// <summary>Owner in words: the person who acknowledged it first.</summary>
    public static string Owner(IncidentData incident) => incident.Acknowledged is { } mark ? Person(mark.By, mark.Name, mark.Role) : "no person yet";

    /// <summary>First sentences of an incident's page.</summary>
    public static string Lead(IncidentData incident, Viewer viewer)
    {
        var owner = incident.Acknowledged is { } mark
            ? $"{Person(mark.By, mark.Name, mark.Role)} is on it since {Times.Absolute(mark.At, viewer)}."
            : "No person has acknowledged it yet.";
        return $"{What(incident)} at {Times.Text(incident.OpenedAt, viewer)}. {Standing(incident)} {(incident.Open || incident.Acknowledged is not null ? owner : "")}".TrimEnd();
    }

    /// <summary>Advice for an escalated incident; null without one.</summary>
    public static string? Advice(IncidentData incident) => incident is not { Escalated: { } failed, Ended: null } ? null : failed.Leg switch
    {
        "traffic" => "A service does not follow its flag: look which one reports requests on new.",
        "health" => "Going back did not help: look at what both have in common.",
        "consistency" => "Stop writing to what may be damaged first.",
        _ => "Look at the nodes that did not confirm the rollback.",
    };

    /// <summary>All finished steps in one line: <c>propagation 12 ms · traffic 45.2 s · health 1.1 s · consistency skipped</c>.</summary>
    public static string Line(IncidentData incident) => string.Join(
        " · ", incident.Legs.Select(leg => leg.Outcome switch
        {
            "passed" => $"{leg.Leg} {Duration(leg.Took)}",
            "failed" => $"{leg.Leg} failed after {Duration(leg.Took)}",
            var other => $"{leg.Leg} {other}",
        }));

    /// <summary>The procedure as a list: the change of the route, then each verification step.</summary>
    public static IReadOnlyList<StepText> Procedure(IncidentData incident) =>
    [
        new("route", "is-met", "changed", "The rollback is one event: the route changed with it.", null, [], null),
        .. Steps.Select((name, index) => index < incident.Legs.Count ? Done(incident.Legs[index]) : Ahead(incident, name)),
    ];

    /// <summary>Sentence about the escalations ahead; null when none is due.</summary>
    public static string Escalation(EscalationAhead ahead, Viewer viewer) =>
        $"Unless a person acknowledges it, channel {ahead.To} is notified at {Times.Text(ahead.At, viewer)}, because {ahead.From} was not answered.";

    /// <summary>Delivery of a notification in words: <c>delivered after 210 ms, attempt 1</c>.</summary>
    public static string Delivery(NotificationData one, Viewer viewer) => one.State switch
    {
        "delivered" => $"delivered{(one.EndedAt is { } at ? $" after {Durations.Text(NotNegative(at - one.At))}" : "")}, attempt {Numbers.Count(one.Attempts)}",
        "dead" => $"given up after {Numbers.Plural(one.Attempts, "attempt")}{Because(one.LastError)}",
        _ when one.Attempts == 0 => "waits for its first attempt",
        _ => $"not delivered, {Numbers.Plural(one.Attempts, "attempt")}{(one.NextAt is { } next ? $", next {Next(next, viewer)}" : "")}{Because(one.LastError)}",
    };

    /// <summary>Sign of a delivery.</summary>
    public static Sign DeliverySign(NotificationData one) => one.State switch
    {
        "delivered" => Verdicts.Met.As("delivered"),
        "dead" => Verdicts.Breached.As("given up"),
        _ when one.LastError is not null => Verdicts.Warning.As("not delivered"),
        _ => Verdicts.Waiting.As("pending"),
    };

    /// <summary>Sentence in place of the notifications where there is none.</summary>
    public static string NoNotification(IncidentNotificationList list) => list.Channels.Count == 0
        ? "The plan has no channel: no person was notified."
        : $"No notification of this incident is kept. The plan has {Numbers.Plural(list.Channels.Count, "channel")}: {Numbers.List(list.Channels)}. A channel keeps its newest 100, and a bundle of many names no incident.";

    /// <summary>First sentence of the list.</summary>
    public static string ListLead(IReadOnlyList<IncidentData> open, IReadOnlyList<IncidentData> over, bool filtered, Viewer viewer)
    {
        if (open.Count == 0)
        {
            return over is [var last, ..]
                ? $"No incident is open{(filtered ? " here" : "")}. The last one: {last.Rollout}, {Times.Absolute(last.OpenedAt, viewer)}, {State(last)}."
                : filtered ? "No incident fits the filter." : "No incident yet: no rollout was ever rolled back.";
        }

        var (escalated, alone) = (open.Count(one => one.Escalated is not null), open.Count(one => one.Acknowledged is null));
        return $"{(open.Count == 1 ? "One incident is" : $"{Numbers.Count(open.Count)} incidents are")} open{(filtered ? " here" : "")}"
            + (escalated == 0 ? "" : open.Count == 1 ? " and escalated" : $", {Numbers.Count(escalated)} escalated")
            + (alone == 0 ? ". Each has an owner." : open.Count == 1 ? ". No person has acknowledged it." : $". {Numbers.Count(alone)} without an owner.");
    }

    /// <summary>An event of the timeline in a sentence; null for one that the procedure shows.</summary>
    public static string? Event(IncidentEventData happened) => happened.Type switch
    {
        "TriggerFired" => $"Trigger {happened.Text("trigger")} fired",
        "RolledBack" => $"Rolled everyone back: {happened.Text("reason")}",
        "SegmentRolledBack" => $"Rolled segments back: {happened.Text("reason")}",
        "IncidentOpened" => $"Incident opened, {happened.Text("severity")}",
        "IncidentAcknowledged" => $"Acknowledged it{Because(happened.Text("reason"))}",
        "IncidentEscalated" => happened.Text("reason"),
        "IncidentResolved" => $"Resolved it: {happened.Text("reason")}",
        "RolloutRestored" or "SegmentRestored" => $"Undid the rollback{Because(happened.Text("reason"))}",
        "RolloutAborted" => $"Aborted the rollout{Because(happened.Text("reason"))}",
        "RolloutRetired" => $"Retired the rollout{Because(happened.Text("reason"))}",
        "RolloutCompleted" => "The rollout was completed",
        _ => null,
    };

    /// <summary>Actor in words: a name and a role, or the part of the product.</summary>
    public static string Actor(ActorData actor) => actor.Kind == "user" ? Person(actor.Id, actor.Name, actor.Role) : $"the orchestrator ({actor.Id})";

    /// <summary>A person in words: <c>Anna Berg (engineering)</c>.</summary>
    public static string Person(string id, string? name, string? role) => $"{name ?? id}{(role is null ? "" : $" ({role})")}";

    /// <summary>The metric that a rule names first, of those that exist; null when it names none.</summary>
    public static string? Metric(string rule, IReadOnlyCollection<string> metrics) => rule
        .Split([' ', '(', ')', ',', '>', '<', '=', '*', '%'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(metrics.Contains);

    /// <summary>A duration of the API in words: <c>45.801s</c> is <c>45 s</c>. One that cannot be read stays as it is.</summary>
    public static string Duration(string written) => ApiDurations.Read(written) is { } span ? Durations.Text(span) : written;

    /// <summary>
    /// The restore of an incident: of its segments where it has some. It waits for the procedure, whose result says what a restore risks.
    /// Null where the API does not list it.
    /// </summary>
    public static VerbData? Restore(IncidentData incident, IncidentRollout? rollout)
    {
        if (rollout?.Verbs?.FirstOrDefault(one => one.Name == "restore") is not { } verb)
        {
            return null;
        }

        if (incident is { Ended: null, Next: { } step })
        {
            return verb with { Can = false, Reason = $"Not now: the procedure asks {step}, and its result says what a restore risks." };
        }

        if (incident.Segments is not { Count: > 0 } segments)
        {
            return verb;
        }

        var forms = verb.Options?.Where(one => one.Name == "segments" && segments.Contains(one.Value)).ToArray() ?? [];
        return verb with
        {
            Can = forms.Any(one => one.Can),
            Reason = forms.Any(one => one.Can) ? null : forms.FirstOrDefault()?.Reason ?? "The rollback is not in force any more.",
            Consequence = string.Join(" ", forms.Select(one => one.Consequence).OfType<string>().Distinct()),
        };
    }

    private static string Standing(IncidentData incident) => incident switch
    {
        { Ended: { Outcome: "resolved" } end } =>
            $"It was resolved after {Durations.Text(end.At - incident.OpenedAt)}{(end.By is { } by ? $" by {Person(by, end.Name, null)}" : " by the procedure")}: {end.Reason}",
        { Ended: { } end } => $"It ended after {Durations.Text(end.At - incident.OpenedAt)}: {end.Reason}",
        { Escalated: { } failed } => $"{char.ToUpperInvariant(failed.Leg[0])}{failed.Leg[1..]} failed: a person must act.",
        { Next: { } step } => $"The procedure asks whether {Question(step)}.",
        _ => "The procedure is at its end and has not shown all: a person must resolve it.",
    };

    private static string Question(string step) => step switch
    {
        "propagation" => "each node routes by it",
        "traffic" => "new still serves users",
        "health" => "legacy is healthy",
        _ => "data is consistent",
    };

    private static StepText Done(LegData leg) => new(
        leg.Leg,
        leg.Outcome switch { "passed" => "is-met", "failed" => "is-breached", _ => "is-none" },
        leg.Outcome == "skipped" ? "skipped, which is no success" : leg.Outcome,
        leg.Text,
        $"{Duration(leg.Took)}, ended {Duration(leg.Elapsed)} after the rollback",
        leg.Checks ?? [],
        leg.At);

    private static StepText Ahead(IncidentData incident, string name) => incident switch
    {
        { Ended: not null } => new(name, "is-plain", "not asked", "The incident ended before.", null, [], null),
        { Next: { } next } when next == name => new(name, "is-waiting", "is being asked", "Its result is not there yet.", null, [], null),
        _ => new(name, "is-plain", "waits", "It follows the steps before it.", null, [], null),
    };

    private static string Next(DateTimeOffset next, Viewer viewer) =>
        next <= viewer.Now ? "now" : Times.Ago(next, viewer.Now) ?? $"at {Times.Absolute(next, viewer)}";

    /// <summary>Clocks of two nodes may differ: a delivery is never before its event.</summary>
    private static TimeSpan NotNegative(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;

    private static string Because(string? reason) => string.IsNullOrWhiteSpace(reason) ? "" : $": {reason}";
}

/// <summary>A step of the procedure in words.</summary>
/// <param name="Name">Name.</param>
/// <param name="Class">Class of its sign.</param>
/// <param name="State">State in words.</param>
/// <param name="Text">Sentence.</param>
/// <param name="Measured">Measured times; null where nothing was measured.</param>
/// <param name="Checks">Its checks.</param>
/// <param name="At">Time of its end; null before.</param>
public sealed record StepText(
    string Name, string Class, string State, string Text, string? Measured, IReadOnlyList<CheckData> Checks, DateTimeOffset? At);
