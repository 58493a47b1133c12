using Orchestrator.Api.Incidents;
using Orchestrator.Api.Rollouts.Verbs;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Forecasts;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Segments.Filling;
using Orchestrator.Grains.Metrics.Sources;

namespace Orchestrator.Api.Rollouts;

/// <summary>A rollout as the API shows it.</summary>
internal static class RolloutView
{
    /// <param name="state">State of the rollout.</param>
    /// <param name="seen">Observation of the newest round; null shows the evidence of the newest event.</param>
    /// <param name="now">The moment of the view.</param>
    /// <param name="access">Names of people; events have their subject only.</param>
    /// <param name="forecast">Forecast of the remaining time; null for a view of the past, and when nothing remains.</param>
    /// <param name="sources">State of each source; null for a view of the past.</param>
    /// <param name="refused">Reason why every sample is refused; null when that is not so, or the windows were not queried.</param>
    /// <param name="other">The rollout that decides the flag in place of this completed one; null when this one does, and for a view of the
    /// past.</param>
    /// <param name="warnings">Warnings about the command just applied; null for none.</param>
    /// <param name="cohorts">Counts of capped segments, by key; null for a view of the past.</param>
    /// <param name="verbs">Verbs of the caller; null for a view of the past, and for the answer to a command.</param>
    /// <param name="lease">Lease of this node; null for a view of the past.</param>
    /// <param name="people">Counted users; null for a view of the past.</param>
    /// <param name="exposure">Counted exposure; null for a view of the past.</param>
    public static object Of(
        RolloutState state, Observation? seen, DateTimeOffset now, AccessState access, Forecast? forecast = null,
        IReadOnlyList<(SignalSource Source, string State, SourceStatus? Status)>? sources = null, string? refused = null,
        string? other = null, IReadOnlyList<string>? warnings = null, Func<string, Cohort?>? cohorts = null,
        CallerVerbs? verbs = null, TimeSpan? lease = null, PeopleView? people = null, ExposureView? exposure = null)
    {
        people ??= PeopleView.OfPast;
        var exposed = exposure ?? ExposureView.OfPast;
        var waiting = Waiting.For(state, now, seen, forecast);
        var gates = GateRows.Of(state, now, seen, forecast);
        var move = NextMove.Of(state, gates, now);
        var reaches = TriggerReach.Of(state, seen, now).DistinctBy(one => one.Trigger.Name)
            .ToDictionary(one => one.Trigger.Name, StringComparer.Ordinal);
        return new
        {
            state.Id,
            state.Plan.Title,
            plan = new { state.Plan.Name, state.Revision, state.Plan.Hash },
            state.Environment,
            state.Plan.Flag,
            state.Salt,
            stickiness = state.Plan.KeepsSalt ? "plan" : "rollout",
            stickyBy = state.Plan.StickyBy ?? "targetingKey",
            state.Status,
            summary = Summary.Of(state, other),
            phase = state.Phase?.Name,
            step = state.Step?.Name,
            percentage = Exposed(state) ? state.Percentage.Percent : 0,
            audience = Audience(state).Text,
            people = people.Numbers,
            peopleReason = people.Reason,
            exposure = exposed.Numbers,
            exposureReason = exposed.Reason,
            state.Version,
            state.Since,
            next = new
            {
                at = Ramping.Due(state) ?? waiting.FirstOrDefault(one => one.Gate == "hold")?.OpensAt,
                waitingFor = waiting.Select(
                    one => new { one.Gate, one.Text, one.OpensAt, by = one.By?.Id, name = one.By is { } by ? access.NameOf(by.Id) : null }),
                waitingForGates = waiting.Select(one => one.Gate).Distinct(),
                evidenceAt = forecast?.EvidenceAt,
                ramp = Ramp(state),
                move?.Text,
                move?.Percentage,
                earliest = GateRows.Earliest(state, gates),
                atLeast = move?.At,
            },
            gates = gates.Select(gate => Gate(gate, access)),
            deadMan = lease is { } granted ? DeadMan.Of(state, granted) : null,
            segments = Segments(state, access, cohorts),
            criteria = Assessments.Criteria(state, state.UnderWay ? seen : null).Select(c => new
            {
                c.Name,
                title = RulesInForce.Criteria(state).FirstOrDefault(rule => rule.Name == c.Name)?.Title,
                c.Verdict,
                observed = c.Evidence?.Observed,
                limit = c.Evidence?.Limit,
                coverage = Coverage(c.Evidence),
                samples = c.Evidence?.Samples ?? 0,
                at = c.Evidence?.At,
                text = c.Evidence?.Text ?? "Nothing was measured yet.",
                earliest = Waiting.Earliest(forecast, c.Name, now),
                restartedAt = Restarted(state, RoundQueries.Criterion(c.Name)),
            }),
            forecast = forecast is null ? null : Ahead(forecast),
            triggers = Assessments.Triggers(state, seen).Select(t => new
            {
                t.Name,
                title = RulesInForce.Triggers(state).FirstOrDefault(rule => rule.Name == t.Name)?.Title,
                t.State,
                t.Since,
                text = t.Evidence?.Text ?? "Nothing was measured yet.",
                restartedAt = Restarted(state, RoundQueries.Trigger(t.Name)),
                reach = Reach(reaches[t.Name]),
            }),
            sources = sources?.Select(one => new
            {
                one.Source.Name,
                one.Source.Title,
                state = one.State,
                one.Status?.LastRound,
                one.Status?.LastSuccess,
                one.Status?.Error
            }),
            reviews = state.Reviews.Select(review => Review(review, access, verbs)),
            objectives = state.Plan.Phases.SelectMany(phase => phase.Objectives.Select(objective => new
            {
                objective.Name,
                objective.Title,
                phase = phase.Name,
                objective.Required,
                completed = state.Objectives.Contains(objective.Name),
            })),
            incident = state.Incidents is [.., var newest] ? IncidentView.Of(state, newest, access, verbs?.Viewer) : null,
            rollback = state.Rollback,
            held = state.AwaitingConfirmation,
            amended = state.Amended,
            amendment = state.Proposed is { } proposed
                ? new { proposed.Review, proposed.Revision, proposed.Plan.Hash, proposed.Reason, proposed.Looser, proposed.At }
                : null,
            completed = state.Completion is { } end
                ? new { end.At, end.BakesUntil, serves = state.Status == RolloutStatus.Completed && other is null, state.Successor }
                : null,
            samplesRefused = refused,
            warnings = All(warnings, state, cohorts),
            verbs = verbs?.All(),
        };
    }

    /// <summary>A part of a gate, as a view and a line of the list have it.</summary>
    public static object Gate(GateRow gate, AccessState access) => new
    {
        gate.Gate,
        gate.Kind,
        gate.Name,
        gate.Verdict,
        word = gate.Verdict.Word(),
        gate.Text,
        gate.Progress,
        gate.Earliest,
        by = gate.By?.Id,
        byName = gate.By is { } by ? access.NameOf(by.Id) : null,
    };

    /// <summary>A trigger on its way to its threshold.</summary>
    public static object Reach(TriggerReach reach) => new
    {
        reach.Fraction,
        condition = reach.Nearest?.Condition,
        reach.Nearest?.Observed,
        reach.Nearest?.Limit,
        reach.Nearest?.Upper,
        reach.Nearest?.Unit,
        reach.Nearest?.Samples,
        reach.Nearest?.ObservedText,
        reach.Nearest?.LimitText,
        reach.Pending,
        reach.CoolsUntil,
        reach.Trigger.Action,
        reach.Effect,
        reach.Text,
    };

    /// <summary>Time at which an amendment restarted the evidence of a rule; null when none did in this step.</summary>
    private static DateTimeOffset? Restarted(RolloutState state, string question) =>
        state.RestartedAt.TryGetValue(question, out var at) ? at : null;

    /// <summary>Next step of a rollback ramp: its share, and the end of the ramp.</summary>
    private static object? Ramp(RolloutState state) => state.Ramp is not { } ramp ? null : new
    {
        at = Ramping.Due(state),
        percentage = Share.Max(ramp.To, state.Percentage - ramp.Share).Percent,
        to = ramp.To.Percent,
        ramp.RollsBack,
        ramp.Reason,
    };

    private static object Ahead(Forecast forecast) => new
    {
        takes = Written(forecast.Takes),
        forecast.Text,
        steps = forecast.Steps.Select(step => new
        {
            step.Phase,
            step.Step,
            hold = Written(step.Hold),
            takes = Written(step.Takes),
            criteria = step.Criteria.Select(c => new
            {
                c.Name,
                c.Needs,
                c.Has,
                perMinute = c.PerMinute is { } pace ? Math.Round(pace, 2) : (double?)null,
                takes = Written(c.Takes),
                c.Text
            }),
        }),
    };

    private static string? Written(TimeSpan? time) => time is { } known ? Durations.Format(known) : null;

    internal static bool Exposed(RolloutState state) => state.Serving;

    private static string[]? All(IReadOnlyList<string>? done, RolloutState state, Func<string, Cohort?>? cohorts)
    {
        string[] all = [.. done ?? [], .. Warnings(state, cohorts)];
        return all.Length == 0 ? null : all;
    }

    /// <summary>Cohorts of the present or a later step that are not filled to their cap. A start returns them as warnings.</summary>
    private static IEnumerable<string> Warnings(RolloutState state, Func<string, Cohort?>? cohorts) =>
        !state.Unfinished || cohorts is null ? []
        : state.Plan.Phases.SelectMany(phase => phase.Steps).SelectMany(step => step.Segments).Distinct().Except(state.TakenBack)
            .Select(cohorts).OfType<Cohort>().Where(cohort => cohort.Warning).Select(cohort => cohort.Text);

    /// <summary>Users on new at this moment.</summary>
    internal static StepAudience Audience(RolloutState state) =>
        Exposed(state) ? StepAudience.Of(state).Without(state.TakenBack) : StepAudience.None;

    /// <summary>The percentage of all users is also on new in a segment that no step has named yet.</summary>
    private static object Segments(RolloutState state, AccessState access, Func<string, Cohort?>? cohorts) =>
        state.Plan.Segments.Select(segment => segment.Key).Union(state.Included).Union(state.TakenBack).Select(key =>
    {
        var named = state.Included.Contains(key) || state.Shares.Any(share => share.Segment == key);
        var status = state.TakenBack.Contains(key) ? "rolledBack" : named ? "included" : "waiting";
        return new
        {
            key,
            title = state.Plan.Segments.FirstOrDefault(segment => segment.Key == key)?.Definition.Title,
            status,
            percentage = status == "rolledBack" ? 0 : Audience(state).Of(key).Percent,
            kept = state.KeptBack.GetValueOrDefault(key) is { } kept
                ? new { kept.By, name = access.NameOf(kept.By, kept.At), kept.Reason, kept.At }
                : null,
            cohort = cohorts?.Invoke(key),
        };
    });

    internal static object Review(Review review, AccessState access, CallerVerbs? verbs) => new
    {
        review.Id,
        review.Kind,
        review.Phase,
        review.Step,
        review.Roles,
        review.Quorum,
        needs = review.Needs.IsEmpty ? null : review.Needs.ToDictionary(need => need.Role, need => need.People),
        lacks = review.Open ? Lacks(review) : null,
        review.OpenedAt,
        review.ExpiresAt,
        state = review.Outcome is { } outcome ? Camel(outcome.ToString()) : "open",
        evidence = new { hash = review.EvidenceHash, text = review.EvidenceText },
        review.Trigger,
        review.RequestedBy,
        requestedByName = review.RequestedBy is { } asker ? access.NameOf(asker, review.OpenedAt) : null,
        decisions = review.Decisions.Select(
            d => new
            {
                d.By,
                name = access.NameOf(d.By, d.At),
                d.CountsAs,
                countsAsName = d.CountsAs is { } person
                ? access.NameOf(person, d.At)
                : null,
                d.Role,
                decision = d.Approved ? "approved" : "rejected",
                d.Reason,
                d.At
            }),
        verbs = review.Open ? verbs?.OfReview(review.Id) : null,
    };

    private static object? Lacks(Review review)
    {
        var (needs, more) = Quorums.Lacking(review);
        return Quorums.Lacks(review) is { } text
            ? new { roles = needs.ToDictionary(need => need.Role, need => need.People), more, text }
            : null;
    }

    private static double Coverage(Evidence? evidence) =>
        evidence is null || evidence.Window <= TimeSpan.Zero ? 0 : Math.Round(Math.Min(1, evidence.Covered / evidence.Window), 4);

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
