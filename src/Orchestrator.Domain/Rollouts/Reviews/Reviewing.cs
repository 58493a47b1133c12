using System.Collections.Immutable;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Reviews;

/// <summary>Reviews, and the decisions in them.</summary>
internal static class Reviewing
{
    private const string Admin = "admin";

    /// <summary>Deciders when the plan names none: the strategy leaves go/no-go to product and operation to engineering.</summary>
    private static readonly ImmutableArray<string> DefaultRoles = ["engineering", "product"];

    public static Decision<RolloutEvent> DecideReview(Draft draft, DecideReview decision)
    {
        var state = draft.State;
        if (state.Reviews.FirstOrDefault(r => r.Id == decision.Review) is not { } review)
        {
            return Decision<RolloutEvent>.No("review.not_found", $"There is no review {decision.Review}.");
        }

        // The plan and its rules open reviews by themselves: no holder of a key chooses the time. The requester of an override does, so
        // that needs more than a read before.
        var voter = KeyOrigin.Holder(decision.Origin, draft.Actor.Id, review.OpenedAt, reading: review.RequestedBy is null);
        var before = review.Decisions.FirstOrDefault(d => voter.Is(d.By) || voter.Is(d.Person));
        if (before is not null && before.By == draft.Actor.Id && before.Approved == decision.Approve)
        {
            return draft.Done();
        }

        if (Objection(review, before, draft.Actor, voter, decision) is { } objection)
        {
            return objection;
        }

        if (review.Kind == ReviewKind.Amendment && Amending.Amending.IsOver(state, review, draft.Now))
        {
            return Decision<RolloutEvent>.No("review.closed", $"Review {review.Id} is closed: it has expired, or the rollout has moved since the amendment was proposed.");
        }

        if (decision.Approve
            && (Approvals.IsStale(state, review) || (decision.EvidenceHash is { } looked && looked != review.EvidenceHash)))
        {
            return Decision<RolloutEvent>.No("review.evidence_changed", $"The evidence of review {review.Id} has changed; look at the newest review.");
        }

        if (decision.Approve && review.Kind == ReviewKind.Override && state.LineStopped is { } line)
        {
            return Refusal.Line(line, state.LineStoppedBy);
        }

        var decided = new ReviewDecided(
            review.Id, decision.Approve, draft.Actor.Id, draft.Actor.Role ?? "", decision.Reason, review.EvidenceHash,
            voter.Person == draft.Actor.Id ? null : voter.Person);
        var lacks = Quorums.Lacks(review with
        {
            Decisions =
            review.Decisions.Add(new ReviewDecision(decided.By, decided.Role, decided.Approved, decided.Reason, draft.Now))
        });
        draft.Emit(decided with { Lacks = decision.Approve ? lacks : null });
        if (!decision.Approve)
        {
            Reject(draft, review, decision.Reason);
        }
        else if (lacks is null)
        {
            draft.Emit(new ReviewClosed(review.Id, ReviewOutcome.Approved));
            if (review.Kind == ReviewKind.Override && review.Entry == state.Entry)
            {
                Advancing.Leave(draft, review.EvidenceText);
            }
            else if (review.Kind == ReviewKind.Amendment)
            {
                Amending.Amending.Agreed(draft, review);
            }
        }

        return draft.Done();
    }

    public static Decision<RolloutEvent> CompleteObjective(Draft draft, CompleteObjective objective)
    {
        var state = draft.State;
        var phase = state.Plan.Phases.FirstOrDefault(p => p.Objectives.Any(o => o.Name == objective.Objective));
        if (phase is null)
        {
            return Decision<RolloutEvent>.No("objective.not_found", $"The plan has no objective {objective.Objective}.");
        }

        if (state.Objectives.Contains(objective.Objective))
        {
            return draft.Done();
        }

        if (!state.Unfinished)
        {
            return Refusal.Ended(state, "complete an objective");
        }

        draft.Emit(new ObjectiveCompleted(objective.Objective, phase.Name, objective.Reason));
        return draft.Done();
    }

    /// <summary>Opens reviews that are due and closes those that expired.</summary>
    public static void KeepTime(Draft draft)
    {
        foreach (var lapsed in draft.State.Reviews.Where(r => r.Open && r.ExpiresAt <= draft.Now).ToArray())
        {
            draft.Emit(new ReviewClosed(lapsed.Id, ReviewOutcome.Expired));
        }

        foreach (var stale in draft.State.Reviews.Where(r => Approvals.IsStale(draft.State, r)).ToArray())
        {
            draft.Emit(new ReviewClosed(stale.Id, ReviewOutcome.Withdrawn));
        }

        if (draft.State.Status != RolloutStatus.Running)
        {
            return;
        }

        // Overdue checkpoints fold into one: three reviews missed while the process was down are one review.
        if (NextCheckpoint(draft.State) is { } due && due <= draft.Now
            && !draft.State.Reviews.Any(r => r is { Open: true, Kind: ReviewKind.Checkpoint }))
        {
            Open(draft, ReviewKind.Checkpoint, draft.State.Step!.Review!, null, null, $"Checkpoint of step {draft.State.Step.Name}. {Summary(draft.State)}");
        }

        if (Gates.NeedsGateReview(draft.State) && Gates.HoldElapsed(draft.State, draft.Now) && Gates.EvidenceMet(draft.State)
            && !Gates.GateReviewApproved(draft.State) && !draft.State.Reviews.Any(r => r is { Open: true, Kind: ReviewKind.Gate }))
        {
            var plan = draft.State.Step!.Review is { Every: null } step ? step : draft.State.Phase!.Review!;
            Open(draft, ReviewKind.Gate, plan, null, null, $"Go or no-go after step {draft.State.Step.Name}. {Summary(draft.State)}");
        }
    }

    /// <summary>Time of the next checkpoint of the current step; null when it has none.</summary>
    public static DateTimeOffset? NextCheckpoint(RolloutState state)
    {
        if (state.Step?.Review is not { Every: { } every })
        {
            return null;
        }

        var opened = state.Reviews.LastOrDefault(r => r.Kind == ReviewKind.Checkpoint && r.Entry == state.Entry);
        var periods = opened is null ? 1 : Math.Floor((opened.OpenedAt - state.StepSince) / every) + 1;
        return state.StepSince + (periods * every);
    }

    /// <summary>Opens a review for a rule; once, however often the rule fires.</summary>
    public static void OpenForRule(Draft draft, string rule, Trigger? trigger, string text)
    {
        // A completed rollout has no gate that a review could hold: people are notified of the firing itself.
        if (draft.State.Status != RolloutStatus.Completed && !draft.State.Reviews.Any(r => r.Open && r.Trigger == rule))
        {
            Open(draft, ReviewKind.Trigger, new ReviewPlan(
                null, trigger is { Roles.IsDefault: false } ? trigger.Roles : [])
            { Needs = trigger?.Needs ?? [] }, rule, null, text);
        }
    }

    /// <summary>Closes the review of a warning that is over, where the plan has 'releaseOnClear'.</summary>
    public static void Release(Draft draft, Trigger trigger)
    {
        if (trigger.ReleaseOnClear && draft.State.Reviews.FirstOrDefault(
            r => r is { Open: true, Kind: ReviewKind.Trigger } && r.Trigger == trigger.Name) is { } asked)
        {
            draft.Emit(new ReviewClosed(asked.Id, ReviewOutcome.Cleared));
        }
    }

    public static void OpenOverride(Draft draft, string reason, ImmutableArray<string> failing)
    {
        if (!draft.State.Reviews.Any(r => r is { Open: true, Kind: ReviewKind.Override }))
        {
            Open(draft, ReviewKind.Override, new ReviewPlan(null, []), null, draft.Actor.Id, $"{reason} (failing: {string.Join("; ", failing)})");
        }
    }

    /// <summary>Id of the review that is opened next.</summary>
    public static string NextId(RolloutState state) => $"r{state.Reviews.Length + 1}";

    /// <summary>Opens the review of a looser plan, by the rules of the plan in force.</summary>
    public static void OpenAmendment(Draft draft, string text) =>
        Open(draft, ReviewKind.Amendment, new ReviewPlan(null, []), null, draft.Actor.Id, text);

    /// <summary>A review belongs to its visit of a step: once that is over there is nothing left to decide.</summary>
    public static void WithdrawOpen(Draft draft)
    {
        foreach (var review in draft.State.Reviews.Where(r => r.Open).ToArray())
        {
            draft.Emit(new ReviewClosed(review.Id, ReviewOutcome.Withdrawn));
        }
    }

    private static Decision<RolloutEvent>? Objection(
        Review review, ReviewDecision? before, Actor actor, Identity voter, DecideReview decision)
    {
        if (!review.Open)
        {
            return Decision<RolloutEvent>.No("review.closed", $"Review {review.Id} is closed.");
        }

        if (before is not null && before.By == actor.Id)
        {
            return Decision<RolloutEvent>.No("review.already_decided", $"{actor.Id} has already decided review {review.Id}.");
        }

        if (before is not null && decision.Approve)
        {
            return Decision<RolloutEvent>.No("review.already_decided", SamePerson(review, before, actor, voter, decision.Origin));
        }

        if (actor.Role != Admin && !review.Roles.Contains(actor.Role ?? ""))
        {
            return Decision<RolloutEvent>.No("review.role", $"Review {review.Id} is for {string.Join(", ", review.Roles)}, not for {actor.Role}.");
        }

        // A rejection exposes no user, and a review that only its requester's keys could end would hold the step for ever: the check of the
        // person applies to an approval alone.
        return decision.Approve && review.RequestedBy is { } asker
            && (KeyOrigin.Holder(decision.Asker, asker, review.OpenedAt).Known.Any(voter.Is)
                || decision.Origin?.IsMadeBy(decision.Asker?.Own ?? new Identity(asker, [asker])) == true)
            ? Decision<RolloutEvent>.No(
                "review.own_override", "An override or an amendment needs a second person: its requester cannot approve it, neither can another key of theirs, a key that they made, or a key that was not in use before. "
                + $"Any of {string.Join(", ", review.Roles)} may reject it; after that another person may request it.")
            : null;
    }

    /// <summary>
    /// The person who has decided already and whom both keys represent: for a fresh key that may be its maker, or the person that it
    /// declares.
    /// </summary>
    private static string SamePerson(Review review, ReviewDecision before, Actor actor, Identity voter, KeyOrigin? origin)
    {
        var one = voter.Is(before.Person) ? before.Person : voter.Person;
        var text = $"{before.By} has already decided review {review.Id}, and {actor.Id} counts as the same person ({one}): keys of one person are one vote, and a key that was not in use before the review counts as its maker.";
        return origin?.Own is { } own && !own.Is(before.By) && !own.Is(before.Person)
            ? text + " From now on this key is in use: it counts as its holder in a review that opens later. It may still reject this review, which then closes and can be requested again."
            : text;
    }

    private static void Reject(Draft draft, Review review, string? reason)
    {
        draft.Emit(new ReviewClosed(review.Id, ReviewOutcome.Rejected));
        if (review.Kind is not (ReviewKind.Override or ReviewKind.Amendment) && draft.State.Status == RolloutStatus.Running)
        {
            draft.Emit(new RolloutPaused($"no-go in review {review.Id}{(reason is null ? "" : ": " + reason)}"));
        }
    }

    private static void Open(Draft draft, ReviewKind kind, ReviewPlan plan, string? trigger, string? requestedBy, string text)
    {
        var (state, approval) = (draft.State, draft.State.Plan.Approval);
        var roles = Roles(state.Plan, plan.Roles);
        var needs = plan.Roles is { IsDefaultOrEmpty: false } ? plan.Needs : approval.Roles.IsEmpty ? [] : approval.Needs;
        draft.Emit(new ReviewOpened(
            NextId(state), kind, state.Phase!.Name, state.Step!.Name, [.. roles],
            Math.Max(plan.Quorum ?? approval.Quorum, needs.Sum(need => need.People)),
            draft.Now + (plan.Expires ?? approval.Expires),
            kind == ReviewKind.Amendment ? Approvals.OfAmendment(state) : Approvals.Hash(state), text, trigger, requestedBy)
        {
            Needs = needs.IsEmpty ? null : [.. needs],
        });
    }

    /// <summary>Roles that may decide, for a rule or a review with roles of its own, or none.</summary>
    internal static ImmutableArray<string> Roles(Plan plan, ImmutableArray<string> own) =>
        own is { IsDefaultOrEmpty: false } ? own : plan.Approval.Roles.IsEmpty ? DefaultRoles : plan.Approval.Roles;

    private static string Summary(RolloutState state) =>
        string.Join(
            " ", RulesInForce.Criteria(state).Select(c => state.Criteria.TryGetValue(c.Name, out var known) ? known.Evidence.Text : $"Criterion \"{c.Name}\" has no verdict yet."));
}
