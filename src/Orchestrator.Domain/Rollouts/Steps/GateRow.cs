using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Forecasts;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Rollouts.Steps;

/// <summary>Part of a gate, in the order in which rows show them.</summary>
public enum GateKind
{
    /// <summary>A person must confirm after a restored backup.</summary>
    Confirm,

    /// <summary>A person must resume, or load returns to legacy.</summary>
    Pause,

    /// <summary>Time of the step.</summary>
    Hold,

    /// <summary>Samples of the new variant arrive.</summary>
    Samples,

    /// <summary>A rule that holds the step while its metric is not measured.</summary>
    Rule,

    /// <summary>A success criterion.</summary>
    Criterion,

    /// <summary>A review.</summary>
    Review,

    /// <summary>A required objective of the phase.</summary>
    Objective,

    /// <summary>A segment on legacy that no person has decided about.</summary>
    Segment,

    /// <summary>The line of the environment.</summary>
    Line,

    /// <summary>A freeze of the plan's calendar.</summary>
    Freeze,

    /// <summary>The change windows of the plan's calendar.</summary>
    ChangeWindow,
}

/// <summary>Verdict on one part of a gate.</summary>
public enum GateVerdict
{
    /// <summary>Open.</summary>
    Met,

    /// <summary>Open, and near its limit.</summary>
    Warning,

    /// <summary>Shut: measured, and not as it must be.</summary>
    Breached,

    /// <summary>Shut: too little was measured.</summary>
    NoEvidence,

    /// <summary>Shut: time or a person opens it.</summary>
    Waiting,
}

/// <summary>Verdicts for display.</summary>
public static class GateWords
{
    /// <summary>The verdict as a word with a sign, which needs no colour.</summary>
    public static string Word(this GateVerdict verdict) => verdict switch
    {
        GateVerdict.Met => "✓ met",
        GateVerdict.Warning => "! warning",
        GateVerdict.Breached => "✕ breached",
        GateVerdict.NoEvidence => "? no evidence",
        _ => "… waiting",
    };
}

/// <summary>One part of a gate of the current step, open or shut. Explains <see cref="Gates"/> and decides nothing.</summary>
/// <param name="Gate">The gate, as <see cref="Gates.Shut"/> names it.</param>
/// <param name="Kind">The part.</param>
/// <param name="Name">Name of the step, criterion, review, objective, segment, freeze or environment.</param>
/// <param name="Verdict">Shut for <see cref="GateVerdict.Breached"/> and those after it.</param>
/// <param name="Text">Display text; of a shut row the sentence of <see cref="Waiting"/>.</param>
/// <param name="Progress">Part of the way to the opening, from 0 to 1, 1 exactly when it is open; null where nothing measures it.</param>
/// <param name="Earliest">Earliest time at which it can open; null when it is open, when no time opens it, or when the time is unknown.</param>
/// <param name="By">Actor that shut it; null when time or measurements do.</param>
public sealed record GateRow(
    string Gate, GateKind Kind, string Name, GateVerdict Verdict, string Text, double? Progress, DateTimeOffset? Earliest, Actor? By = null)
{
    /// <summary>True for a row that keeps the step from ending.</summary>
    public bool IsShut => Verdict > GateVerdict.Warning;
}

/// <summary>Rows of all gates of the current step.</summary>
public static class GateRows
{
    /// <summary>The largest progress of a row that is shut: digits behind the fourth are cut off.</summary>
    private const double BelowOpen = 0.9999;

    /// <summary>One row for each part of each gate; none when no step is under way.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="now">The moment of the question.</param>
    /// <param name="seen">The newest round's observation; null for the numbers in the events.</param>
    /// <param name="forecast">Time that evidence takes; null when it was not computed.</param>
    public static ImmutableArray<GateRow> Of(RolloutState state, DateTimeOffset now, Observation? seen = null, Forecast? forecast = null)
    {
        var waits = Waiting.For(state, now, seen, forecast);
        if (!state.UnderWay || state.Step is null)
        {
            return [.. waits.Select(wait => Shut(wait, GateVerdict.Waiting, null))];
        }

        var assessed = Assessments.Criteria(state, seen).ToArray();
        var open = Open(state, now, assessed).Where(row => !waits.Any(wait => wait.Kind == row.Kind && wait.Name == row.Name));
        var shut = waits.Select(wait => wait.Kind switch
        {
            GateKind.Hold => Shut(wait, GateVerdict.Waiting, Held(state, now)),
            GateKind.Samples or GateKind.Rule => Shut(wait, GateVerdict.NoEvidence, null),
            GateKind.Criterion => Criterion(state, wait, assessed, forecast),
            GateKind.Review => Review(state, wait, forecast),
            _ => Shut(wait, GateVerdict.Waiting, null),
        });
        var names = assessed.Select(one => one.Name).ToList();
        return [.. open.Concat(shut).OrderBy(row => row.Kind).ThenBy(row => row.Kind == GateKind.Criterion ? names.IndexOf(row.Name) : 0)];
    }

    /// <summary>
    /// Earliest time at which every gate can be open: the latest of the rows, moved to the next opening of the calendar. Null when a
    /// row's time is unknown, and when none is shut.
    /// </summary>
    public static DateTimeOffset? Earliest(RolloutState state, ImmutableArray<GateRow> rows) =>
        rows.Any(row => row is { IsShut: true, Earliest: null }) ? null : AtLeast(state, rows);

    /// <summary>The same, where rows whose time is unknown count as open: the step does not end before it.</summary>
    public static DateTimeOffset? AtLeast(RolloutState state, ImmutableArray<GateRow> rows)
    {
        var latest = rows.Where(row => row.IsShut).Max(row => row.Earliest);
        return latest is not { } at || state.Plan.Calendar is not { } calendar ? latest : CalendarGate.NextOpening(calendar, at) ?? at;
    }

    private static GateRow Shut(Wait wait, GateVerdict verdict, double? progress) =>
        new(wait.Gate, wait.Kind, wait.Name, verdict, wait.Text, progress, wait.OpensAt, wait.By);

    private static GateRow Opened(string gate, GateKind kind, string name, string text) =>
        new(gate, kind, name, GateVerdict.Met, text, 1, null);

    /// <summary>Rows of everything that may be open, whether it is or not.</summary>
    private static IEnumerable<GateRow> Open(
        RolloutState state, DateTimeOffset now, (string Name, Verdict Verdict, Evidence? Evidence)[] assessed)
    {
        var step = state.Step!.Name;
        yield return Opened("hold", GateKind.Hold, step, state.HoldWaived
            ? $"A person ended the hold of step '{step}'."
            : $"Step '{step}' has held until {Waiting.Moment(Gates.HoldEnds(state)!.Value)}.");
        foreach (var (name, verdict, evidence) in assessed)
        {
            var known = state.Criteria.GetValueOrDefault(name);
            var newest = verdict is Verdict.Met or Verdict.Warning;
            var (word, text) = newest ? (verdict, evidence?.Text) : (known?.Verdict ?? verdict, known?.Evidence.Text);
            yield return Opened("evidence", GateKind.Criterion, name, $"Criterion '{name}': {text}") with
            {
                Verdict = word == Verdict.Warning ? GateVerdict.Warning : GateVerdict.Met,
            };
        }

        if (Gates.NeedsGateReview(state)
            && state.Reviews.LastOrDefault(r => r.Entry == state.Entry && r is { Kind: ReviewKind.Gate, Outcome: ReviewOutcome.Approved })
                is { } approved)
        {
            yield return Opened(
                "review", GateKind.Review, approved.Id, $"Review {approved.Id} ({Waiting.Word(ReviewKind.Gate)}) is approved.");
        }

        foreach (var objective in Gates.IsLastStep(state) ? state.Phase!.Objectives.Where(one => one.Required) : [])
        {
            yield return Opened("review", GateKind.Objective, objective.Name, $"Objective '{objective.Name}' is ticked: {objective.Title}");
        }

        yield return Opened("window", GateKind.Line, state.Environment, $"The line of '{state.Environment}' runs.");
        if (state.Plan.Calendar is { } calendar)
        {
            yield return Opened("window", GateKind.ChangeWindow, Waiting.ChangeWindow, Calendar(calendar, now));
        }
    }

    private static string Calendar(Calendar calendar, DateTimeOffset now)
    {
        var open = calendar.Windows.IsEmpty ? "The plan has no change windows" : "The change window is open";
        return CalendarGate.NextClosing(calendar, now) is not { } closes ? $"{open}."
            : calendar.Freezes.FirstOrDefault(freeze => closes >= freeze.From && closes < freeze.To) is { } freeze
                ? $"{open}; freeze '{freeze.Name}' begins at {Waiting.Moment(closes)}."
                : $"{open} until {Waiting.Moment(closes)}.";
    }

    private static double? Held(RolloutState state, DateTimeOffset now)
    {
        var ends = Gates.HoldEnds(state)!.Value;
        var begins = state.StepSince + state.Step!.Hold < ends ? state.PhaseSince : state.StepSince;
        return CutOff(ends > begins ? ((state.PausedAt ?? now) - begins) / (ends - begins) : 0);
    }

    private static GateRow Criterion(
        RolloutState state, Wait wait, (string Name, Verdict Verdict, Evidence? Evidence)[] assessed, Forecast? forecast)
    {
        var (_, verdict, evidence) = Array.Find(assessed, one => one.Name == wait.Name);

        // As in the sentence: the newest round, unless it already shows what the events do not.
        if (verdict is Verdict.Met or Verdict.Warning && state.Criteria.TryGetValue(wait.Name, out var known))
        {
            (verdict, evidence) = (known.Verdict, known.Evidence);
        }

        return verdict == Verdict.Breached
            ? Shut(wait, GateVerdict.Breached, null)
            : Shut(wait, GateVerdict.NoEvidence, Measured(state, wait.Name, evidence, forecast));
    }

    /// <summary>The measured part of what a criterion needs, the lesser of time and samples; null while nothing is measured.</summary>
    private static double? Measured(RolloutState state, string name, Evidence? evidence, Forecast? forecast)
    {
        if (evidence is not { Samples: > 0 } known)
        {
            return null;
        }

        var window = RulesInForce.Criteria(state).FirstOrDefault(one => one.Name == name) is { Rule.Condition: not Condition.Joined } single
            ? RoundQueries.Window(state, single.Rule)
            : known.Window;
        var needed = state.Judgement.Coverage * window;
        var covered = needed > TimeSpan.Zero ? known.Covered / needed : 1;
        var forecasted = forecast is { Steps: [var current, ..] } ? current.Criteria.FirstOrDefault(one => one.Name == name) : null;
        var samples = forecasted?.Needs is { } needs && needs > 0 ? (double)known.Samples / needs : 1;
        return CutOff(Math.Min(covered, samples));
    }

    /// <summary>A review that is not opened is opened once hold and evidence are complete.</summary>
    private static GateRow Review(RolloutState state, Wait wait, Forecast? forecast)
    {
        if (state.Reviews.FirstOrDefault(one => one.Open && one.Id == wait.Name) is { } review)
        {
            var approved = (double)review.Decisions.Count(one => one.Approved);
            return Shut(wait, GateVerdict.Waiting, CutOff(approved / Math.Max(1, review.Quorum)));
        }

        var evidence = Gates.EvidenceMet(state) ? DateTimeOffset.MinValue : forecast?.EvidenceAt;
        var hold = state.HoldWaived ? DateTimeOffset.MinValue : state.PausedAt is null ? Gates.HoldEnds(state) : null;
        var opens = evidence > hold ? evidence : hold;
        return Shut(wait, GateVerdict.Waiting, null) with
        {
            Earliest = evidence is null || hold is null || opens == DateTimeOffset.MinValue ? null : opens,
        };
    }

    private static double CutOff(double part) =>
        double.IsFinite(part) ? Math.Clamp(Math.Floor((part * 10_000) + 1e-6) / 10_000, 0, BelowOpen) : 0;
}
