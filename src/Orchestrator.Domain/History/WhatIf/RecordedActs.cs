using System.Collections.Immutable;
using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History.WhatIf;

/// <summary>
/// Acts of people and alert managers in a rollout, as commands at their times. Decisions by triggers and time are made again.
/// </summary>
/// <param name="Create">The command that created it.</param>
/// <param name="CreatedAt">Time of it.</param>
/// <param name="Acts">Commands, oldest first.</param>
/// <param name="Answers">Decisions in reviews, by the occasion of the review and its number.</param>
internal sealed record RecordedActs(
    RolloutCommand.Create Create, DateTimeOffset CreatedAt, ImmutableArray<RecordedAct> Acts,
    ILookup<ReviewOccasion, RecordedAnswer> Answers)
{
    /// <summary>Reads the events of a rollout.</summary>
    /// <param name="events">All of them.</param>
    /// <param name="plan">The plan to replay for a recorded one, by its hash and its revision.</param>
    public static RecordedActs Of(IReadOnlyList<Happened<RolloutEvent>> events, Func<Plan, Plan> plan)
    {
        var created = (RolloutCreated)events[0].Event;
        var create = new RolloutCommand.Create(
            created.Rollout, plan(PlanDocument.Read(created.Hash, created.Document)), created.Revision, created.Environment, created.Salt,
            created.Sampling ?? TimeSpan.Zero);
        var acts = ImmutableArray.CreateBuilder<RecordedAct>();
        var (opened, counts) = (new Dictionary<string, (ReviewOccasion Occasion, DateTimeOffset At)>(), new OccasionCounts());
        var answers = new List<(ReviewOccasion Occasion, RecordedAnswer Answer)>();
        foreach (var decision in Together(events))
        {
            foreach (var one in decision)
            {
                switch (one.Event)
                {
                    case ReviewOpened review:
                        opened[review.Review] = (counts.Next(review.Kind, review.Step, review.Trigger), one.At);
                        break;
                    case ReviewDecided decided when opened.TryGetValue(decided.Review, out var of):
                        answers.Add((of.Occasion, new RecordedAnswer(one.At - of.At, decided.Approved, decided.Reason, one.Actor)));
                        break;
                }
            }

            if (!decision.Any(one => one.Event is ReviewDecided))
            {
                acts.AddRange(decision.SelectMany(one => Acted(one, decision, plan)));
            }
        }

        return new RecordedActs(create, events[0].At, acts.ToImmutable(), answers.ToLookup(one => one.Occasion, one => one.Answer));
    }

    /// <summary>Events of one decision: they have one time and one actor.</summary>
    private static IEnumerable<Happened<RolloutEvent>[]> Together(IReadOnlyList<Happened<RolloutEvent>> events)
    {
        for (int first = 0, next; first < events.Count; first = next)
        {
            for (next = first + 1; next < events.Count && events[next].At == events[first].At
                && events[next].Actor == events[first].Actor; next++)
            {
            }

            yield return [.. events.Skip(first).Take(next - first)];
        }
    }

    private static IEnumerable<RecordedAct> Acted(
        Happened<RolloutEvent> one, Happened<RolloutEvent>[] decision, Func<Plan, Plan> plan)
    {
        var command = one.Event switch
        {
            AlertsHeard e => new RolloutCommand.ReportAlerts(Message(e)),
            LineStopped or LineResumed => null,
            RolloutHeld e => new RolloutCommand.Hold(e.Timeline, e.Reason),
            _ when one.Actor.Kind is not ActorKind.User => (RolloutCommand?)null,
            _ => Of(one.Event, decision, plan),
        };
        if (command is not null || one.Event is LineStopped or LineResumed)
        {
            yield return new RecordedAct(one.At, command, one.Actor, one.Event);
        }
    }

    private static RolloutCommand? Of(RolloutEvent happened, Happened<RolloutEvent>[] decision, Func<Plan, Plan> plan) => happened switch
    {
        RolloutStarted e => new RolloutCommand.Start(Reason: e.Reason),
        RampStarted e => e.RollsBack
            ? new RolloutCommand.Rollback(e.Reason ?? "", Ramp: true)
            : new RolloutCommand.StepBack(null, e.Reason),
        PercentageLowered e => new RolloutCommand.StepBack(null, e.Reason),
        RolloutPaused when decision.Any(one => one.Event is PercentageLowered or RampStarted) => null,
        RolloutPaused e => new RolloutCommand.Pause(e.Reason),
        RolloutResumed e => new RolloutCommand.Resume(e.Reason),
        StepCompleted e => new RolloutCommand.Advance(e.Step, false, e.Reason),
        ReviewOpened { Kind: ReviewKind.Override } e => new RolloutCommand.Advance(e.Step, true, e.EvidenceText),
        RolledBack { Trigger: null } e => new RolloutCommand.Rollback(e.Reason),
        SegmentRolledBack { Trigger: null } e => new RolloutCommand.Rollback(e.Reason, e.Segments),
        RolloutRestored e => new RolloutCommand.Restore(e.Reason),
        SegmentRestored e => new RolloutCommand.Restore(e.Reason, e.Segments),
        SegmentKeptBack e => new RolloutCommand.KeepBack(e.Reason, e.Segments),
        ObjectiveCompleted e => new RolloutCommand.CompleteObjective(e.Objective, e.Reason),
        FeedbackReceived e => new RolloutCommand.ReportFeedback(e.Kind, e.Count),
        RolloutConfirmed e => new RolloutCommand.Confirm(e.Reason),
        RolloutAborted e => new RolloutCommand.Abort(e.Reason),
        AmendmentProposed e => new RolloutCommand.Amend(
            plan(PlanDocument.Read(e.Hash, e.Document)), e.Revision, e.Reason, e.Sampling ?? TimeSpan.Zero),
        RolloutAmended { Review: null } e => new RolloutCommand.Amend(
            plan(PlanDocument.Read(e.Hash, e.Document)), e.Revision, e.Reason, e.Sampling ?? TimeSpan.Zero),
        _ => null,
    };

    /// <summary>A message that leaves the group as the recorded one did.</summary>
    private static AlertMessage Message(AlertsHeard e) => new(
        e.Group == AlertGroup.Rest ? null : e.Group, true,
        [.. e.Alerts.Select(known => new ListedAlerts(known.Alert, known.Firing, [], known.Unseen ?? [], known.More == true))],
        [.. e.Alerts.Where(known => known.Hidden == true).Select(known => known.Alert)]);
}

/// <summary>A command that was given.</summary>
/// <param name="At">Time of it.</param>
/// <param name="Command">The command; null where the line was stopped or resumed.</param>
/// <param name="Actor">Actor of it.</param>
/// <param name="Event">The recorded event.</param>
internal sealed record RecordedAct(DateTimeOffset At, RolloutCommand? Command, Actor Actor, RolloutEvent Event);

/// <summary>Occasion of a review: the same one in another run has another id.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Step">Step.</param>
/// <param name="Trigger">Trigger; null without one.</param>
/// <param name="Number">Number among those like it, from 1.</param>
internal sealed record ReviewOccasion(ReviewKind Kind, string Step, string? Trigger, int Number);

/// <summary>A person's decision, so long after the review was opened.</summary>
internal sealed record RecordedAnswer(TimeSpan After, bool Approved, string? Reason, Actor Actor);

/// <summary>Numbers the reviews of each occasion.</summary>
internal sealed class OccasionCounts
{
    private readonly Dictionary<(ReviewKind, string, string?), int> counts = [];

    public ReviewOccasion Next(ReviewKind kind, string step, string? trigger)
    {
        var number = counts[(kind, step, trigger)] = counts.GetValueOrDefault((kind, step, trigger)) + 1;
        return new ReviewOccasion(kind, step, trigger, number);
    }
}
