using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>A retrospective as text, in the order of a review meeting.</summary>
internal static partial class Report
{
    private const string None = "–";

    public static IReadOnlyList<Block> Of(Retrospective retrospective) =>
    [
        .. Head(retrospective.Headline),
        .. Overrides(retrospective.Overrides),
        .. Section("Reviews", "No review was opened.", ["Review", "About", "Asked of", "Open for", "Outcome", "Decisions"], retrospective.Reviews.Select(Row)),
        .. Amendments(retrospective.Amendments),
        .. Section("Success", "Nothing to judge.", ["Area", "Criterion", "Verdict", "By what"],
            retrospective.Success.Select(line => (string[])[Word<SuccessArea>(line.Area), line.Name, Verdict(line.Verdict), line.Text])),
        .. Planned(retrospective),
        .. Phases(retrospective.Phases),
        .. Advances(retrospective.Advances),
        .. Rollbacks(retrospective),
        .. Incidents(retrospective.Incidents),
        .. Exposures(retrospective),
        .. Section("Near misses", "No trigger was in force.", ["Trigger", "Rule", "How near", "When", "By what"],
            retrospective.NearMisses.Select(miss => (string[])[$"{miss.Trigger} ({Word<TriggerAction>(miss.Action)})", miss.Rule, Near(miss), Time(miss.At), miss.Text])),
        .. Section("Triggers", "No trigger's condition was true.", ["Trigger", "True since", "Seen", "Fired", "Over", "Evidence"],
            retrospective.Triggers.Select(
                t => (string[])[t.Trigger, Time(t.Since), Time(t.SeenAt), t.FiredAt is { } at ? $"{Time(at)}: {Word(t.Action)}, {t.Level}" : "no", Time(t.ClearedAt), t.Text])),
        .. Notifications(retrospective),
        .. Section("Gaps without evidence", NoGap(retrospective.Waiting), ["What", "From", "Until", "Lasted", "How"],
            retrospective.Gaps.Select(g => (string[])[g.Rule ?? "all samples", Time(g.From), Time(g.Until), Span(g.Lasted), g.Text])),
        .. Section("Waiting", "No time was spent waiting.", ["Gate", "Shut for", "Of that, as the only one"],
            retrospective.Waiting.Select(w => (string[])[w.Gate, Span(w.Shut), Span(w.Alone)])),
        .. Section("Other events", "None.", ["When", "By", "What"], retrospective.Moments.Select(m => (string[])[Time(m.At), Who(m.By), m.Text])),
    ];

    /// <summary>Empty for a rollout without an amendment.</summary>
    private static IEnumerable<Block> Amendments(ImmutableArray<AmendmentStory> amendments)
    {
        if (amendments.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading(2, "Amendments of the plan");
        foreach (var one in amendments)
        {
            yield return new Block.Heading(3, $"{Time(one.At)}: revision {one.FromRevision} to {one.Revision}");
            yield return new Block.Facts(
                ("By", Who(one.AskedBy)), ("Agreed by", one.Agreed.IsEmpty ? null : $"{string.Join(" and ", one.Agreed.Select(Who))}, in review {one.Review}"), ("Why", one.Reason),
                ("Looser", one.Looser.IsEmpty ? null : string.Join("; ", one.Looser)), ("Hash", $"{one.FromHash[..12]} to {one.Hash[..12]}"),
                ("Evidence started again", one.Triggers.IsEmpty && one.Criteria.IsEmpty ? null : string.Join("; ", one.Triggers.Concat(one.Criteria))));
        }
    }

    private static IEnumerable<Block> Head(Headline head) =>
    [
        new Block.Heading(1, $"Retrospective of {head.Rollout}{(head.Title is { } title ? ": " + title : "")}"),
        new Block.Paragraph(head.Outcome),
        new Block.Facts(
            ("Plan", $"{head.Plan.Name}, revision {head.Plan.Revision} ({head.Plan.Hash[..12]})"), ("Flag", head.Flag), ("Environment", head.Environment),
            ("Created", Time(head.CreatedAt)), ("Started", Time(head.StartedAt)), ("Ended", Time(head.EndedAt)), ("Took", Span(head.Took)),
            ("Told", string.Create(CultureInfo.InvariantCulture, $"as of {Time(head.Until)}, version {head.Version}"))),
    ];

    /// <summary>
    /// Text for no gaps. That does not mean enough evidence: samples may arrive all the time, and a criterion may still lack them.
    /// </summary>
    private static string NoGap(ImmutableArray<GateWait> waiting) =>
        "None: samples did not stop after they began, and no rule lost its metric."
        + (waiting.FirstOrDefault(wait => wait.Gate == "evidence") is { } evidence
            ? $" The evidence gate was still shut for {Span(evidence.Shut)}, because a criterion was not met yet or nothing had been measured." : "");

    private static IEnumerable<Block> Overrides(ImmutableArray<OverrideStory> overrides)
    {
        yield return new Block.Heading(2, "Overrides of failing verdicts");
        if (overrides.IsEmpty)
        {
            yield return new Block.Paragraph("No failing verdict was overridden.");
        }

        foreach (var one in overrides)
        {
            yield return new Block.Heading(3, $"Step {one.Step} of phase {one.Phase}: {(one.Passed ? "overridden" : "asked for, " + Word(one.Outcome, "still open"))}");
            yield return new Block.Facts(
            [
                ("Asked by", $"{Who(one.AskedBy)}, {Time(one.AskedAt)}"), ("Reason", one.Reason), ("Failing", one.Failing),
                .. one.Verdicts.Select(v => (v.Criterion, (string?)v.Text)),
                .. one.Decisions.Select(d => (d.Approved ? "Approved by" : "Rejected by", (string?)Said(d))),
                ("Closed", one.ClosedAt is { } at ? $"{Time(at)}, {Word(one.Outcome, "")}" : null),
            ]);
        }
    }

    private static IEnumerable<Block> Phases(ImmutableArray<PhaseStory> phases) => Section(
        "Phases and steps", "It was not started.", ["Phase", "Step", "On new", "From", "Took", "Left"],
        phases.SelectMany(phase => phase.Steps.Select((step, index) => (string[])
        [
            index == 0 ? $"{phase.Title ?? phase.Name} ({Span(phase.Took)}{(phase.Overran ? ", longer than planned" : "")})" : "", step.Title ?? step.Name,
            Audience(step.Percentage, [.. step.Segments, .. (step.Shares ?? []).Select(share => string.Create(CultureInfo.InvariantCulture,
                $"{share.Percentage}% of {share.Segment}"))]), Time(step.StartedAt), Span(step.Took), Word(step.Ended, "current") + (step.HoldWaived ? ", hold ended by hand" : ""),
        ])));

    private static IEnumerable<Block> Rollbacks(Retrospective retrospective)
    {
        yield return new Block.Heading(2, "Rollbacks");
        if (retrospective.Rollbacks.IsEmpty)
        {
            yield return new Block.Paragraph("No user was rolled back.");
        }

        foreach (var back in retrospective.Rollbacks)
        {
            var incident = retrospective.Incidents.FirstOrDefault(i => i.Id == back.Incident);
            yield return new Block.Heading(3, $"{Time(back.At)}: {Whom(back)}");
            yield return new Block.Facts(
                ("By", Who(back.By)), ("Why", back.Reason), ("Evidence", back.Evidence is { } evidence
                    && !back.Reason.Contains(evidence.Text, StringComparison.Ordinal) ? evidence.Text : null), ("From", $"phase {back.Phase}, step {back.Step}, {back.From}%"),
                ("Incident", back.Incident), ("Time to detect", Span(incident?.TimeToDetect)), ("Time to roll back", Span(incident?.TimeToRollBack)),
                ("Undone", back.Undone is { } restored ? $"{Time(restored.At)} by {Who(restored.By)}: {restored.Text}" : null));
            if (incident is { Legs.IsEmpty: false })
            {
                yield return new Block.Table(["Leg", "Outcome", "After", "Took", "What was seen"], [.. incident.Legs.Select((step, index) => (string[])
                    [
                        Word<VerificationStep>(step.Leg, ""), Word<VerificationOutcome>(step.Outcome, ""), Span(step.Elapsed),
                        Span(step.Elapsed - (index > 0 ? incident.Legs[index - 1].Elapsed : TimeSpan.Zero)), step.Text,
                    ])]);
            }
        }
    }

    private static IEnumerable<Block> Incidents(ImmutableArray<IncidentStory> incidents) => Section(
        "Incidents", "There was no incident.", ["Incident", "Severity", "Opened", "Time to detect", "Time to roll back", "Acknowledged", "Ended", "Reason"],
        incidents.Select(i => (string[])
        [
            i.Id, i.Severity, Time(i.OpenedAt), Span(i.TimeToDetect) ?? None, Span(i.TimeToRollBack) ?? None,
            i.Acknowledged is { } seen ? $"by {Id(seen.By, seen.Name)} after {Span(seen.At - i.OpenedAt)}" : "no",
            (i.Escalated is { } escalated ? $"escalated {Time(escalated.At)}; " : "")
                + (i.Ended is { } end ? $"{Word<IncidentStatus>(i.Status, "")} after {Span(i.Open)}{(end.By is { } by ? " by " + Id(by, end.Name) : "")}: {end.Reason}" : $"open for {Span(i.Open)}"),
            i.Reason,
        ]));

    /// <summary>Empty where the report does not ask for counts: of a past moment there are none.</summary>
    private static IEnumerable<Block> Exposures(Retrospective retrospective)
    {
        if (retrospective.Exposure is not { } exposure)
        {
            return retrospective.ExposureReason is { } reason ? [new Block.Heading(2, "Exposure"), new Block.Paragraph($"Not counted. {reason}")] : [];
        }

        return
        [
            .. Section("Exposure", "It was not started.", ["Phase", "From", "User-hours on new", "By segment", "Counted"], exposure.Phases.Select(one => (string[])
                [
                    one.Phase, Time(one.From), one.UserHours is { } hours ? Number(hours) : "not counted",
                    one.BySegment.IsEmpty ? None : string.Join(", ", one.BySegment.Select(segment => $"{segment.Segment}: {Number(segment.UserHours)}")), one.Text,
                ])),
            .. exposure.Faults.Select(fault => new Block.Paragraph($"Rollback of {Time(fault.At)}: {fault.Text}")),
            new Block.Paragraph(exposure.Text),
        ];
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string[] Row(ReviewStory review) =>
    [
        $"{review.Id} ({Word<ReviewKind>(review.Kind, "")}{(review.Trigger is { } trigger ? " " + trigger : "")})", $"phase {review.Phase}, step {review.Step}. {review.Text}",
        $"{Quorums.Asked(review.Roles, review.Quorum, review.Needs ?? [])}, {Time(review.OpenedAt)}", Span(review.Open),
        Word(review.Outcome, "open") + (review.Lacks is { } lacks ? $", lacking {lacks}" : ""),
        review.Decisions.IsEmpty ? None : string.Join("; ", review.Decisions.Select(d => $"{(d.Approved ? "go" : "no-go")} by {Said(d)}")),
    ];

    private static IEnumerable<Block> Section(string title, string nothing, string[] heads, IEnumerable<string[]> rows)
    {
        var all = rows.ToArray();
        return [new Block.Heading(2, title), all.Length == 0 ? new Block.Paragraph(nothing) : new Block.Table(heads, all)];
    }

    private static string Whom(RollbackStory back) => back.Kind switch
    {
        RollbackKind.Everyone => "everyone to legacy",
        RollbackKind.Segments => $"{string.Join(", ", back.Segments)} to legacy",
        _ => $"back from {back.From}% to {back.To}%",
    };

    private static string Said(ReviewDecision decision) =>
        $"{Id(decision.By, decision.Name)} ({decision.Role}), {Time(decision.At)}{(string.IsNullOrWhiteSpace(decision.Reason) ? "" : ": " + decision.Reason)}";

    private static string Who(Actor actor) => actor switch
    {
        { Kind: ActorKind.User, Role: { } role } => $"{Id(actor.Id, actor.Name)} ({role})",
        { Kind: ActorKind.Trigger } => $"trigger {actor.Id}",
        _ => Id(actor.Id, actor.Name),
    };

    private static string Id(string id, string? name) => name is null ? id : $"{name} · {id}";

    private static string Audience(decimal percentage, ImmutableArray<string> segments) =>
        string.Create(CultureInfo.InvariantCulture, $"{percentage}%{(segments.IsEmpty ? "" : " and " + string.Join(", ", segments))}");

    /// <summary>A name as in the API, in words: <c>rolledBack</c> is "rolled back".</summary>
    internal static string Word<T>(T? name, string otherwise = "")
        where T : struct, Enum => name is not { } known ? otherwise
        : string.Concat(known.ToString()
            .Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));

    private static string Time(DateTimeOffset? at) => at is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : None;

    private static string? Span(TimeSpan? span) => span is { } known ? Span(known) : null;

    private static string Span(TimeSpan span) => Durations.Readable(span);
}
