using System.Text.Json;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts.Reviews;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>
/// Amendments: a corrected plan comes into a rollout under way, at once where it is as strict as before, else when a second person agrees.
/// </summary>
internal static class Amending
{
    /// <summary>Most amendments of a rollout, proposed ones included. Each keeps a whole plan in the history.</summary>
    public const int Most = 100;

    /// <summary>Most reasons of a refusal in the message of the decision; the API lists all of them.</summary>
    private const int MostTold = 10;

    public static Decision<RolloutEvent> Amend(Draft draft, Amend amend)
    {
        var state = draft.State;
        if (Amendment.NotNow(state) is { } notNow)
        {
            return notNow;
        }

        if (state.Plan.Hash == amend.Plan.Hash || state.Proposed?.Plan.Hash == amend.Plan.Hash)
        {
            return draft.Done();
        }

        if (state.Amendments >= Most)
        {
            return Decision<RolloutEvent>.No("rollout.too_many_amendments", $"The rollout has {Most} amendments or proposals of one, which is the maximum; finish it with its current plan, or create another rollout.");
        }

        var amendment = Amendment.Of(state, amend.Plan, amend.Revision);
        if (!amendment.Refusals.IsEmpty)
        {
            return Refused(amendment);
        }

        if (amendment.Looser.IsEmpty)
        {
            Apply(draft, amend.Plan, amend.Revision, amendment, amend.Reason, Floor(amend), null);
        }
        else
        {
            Propose(draft, amend, amendment);
        }

        return draft.Done();
    }

    /// <summary>Applies the proposal after a second person agreed.</summary>
    public static void Agreed(Draft draft, Review review)
    {
        var proposed = draft.State.Proposed!;
        Apply(draft, proposed.Plan, proposed.Revision, Amendment.Of(draft.State, proposed.Plan, proposed.Revision), proposed.Reason,
            proposed.Sampling, review.Id);
    }

    /// <summary>True when the proposal is no longer valid: its time is over, or the rollout has moved since.</summary>
    public static bool IsOver(RolloutState state, Review review, DateTimeOffset now) =>
        review.ExpiresAt <= now || review.Entry != state.Entry || state.Proposed?.Review != review.Id;

    private static void Apply(Draft draft, Plan plan, int revision, Amendment amendment, string reason, TimeSpan? sampling, string? review)
    {
        foreach (var lapsed in amendment.Withdrawn.Where(id => id != review))
        {
            draft.Emit(new ReviewClosed(lapsed, ReviewOutcome.Withdrawn));
        }

        draft.Emit(new RolloutAmended(
            amendment.From.Revision, amendment.From.Hash, revision, plan.Hash, Document(plan), reason, [.. amendment.Restarts.Triggers],
            [.. amendment.Restarts.Criteria],
            amendment.Looser.IsEmpty ? null : [.. amendment.Looser.Select(one => $"{one.Path}: {one.Text}")], review, sampling));
    }

    private static void Propose(Draft draft, Amend amend, Amendment amendment)
    {
        foreach (var open in draft.State.Reviews.Where(review => review is { Open: true, Kind: ReviewKind.Amendment }).ToArray())
        {
            draft.Emit(new ReviewClosed(open.Id, ReviewOutcome.Withdrawn));
        }

        var looser = amendment.Looser.Select(one => $"{one.Path}: {one.Text}").ToArray();
        draft.Emit(new AmendmentProposed(
            Reviewing.NextId(draft.State), amend.Revision, amend.Plan.Hash, Document(amend.Plan), amend.Reason, looser, Floor(amend)));
        Reviewing.OpenAmendment(draft, $"{amend.Reason} (revision {amend.Revision} in place of {draft.State.Revision} is looser: {Listed(looser)})");
    }

    private static Decision<RolloutEvent> Refused(Amendment amendment) => Decision<RolloutEvent>.No(
        "rollout.past_changed", $"Revision {amendment.To.Revision} contradicts the past of the rollout: {Listed([.. amendment.Refusals.Select(one => $"{one.Path}: {one.Message}")])}");

    private static string Listed(string[] reasons) =>
        string.Join("; ", reasons.Take(MostTold)) + (reasons.Length > MostTold ? $"; and {reasons.Length - MostTold} more" : "");

    private static TimeSpan? Floor(Amend amend) => amend.SamplingFloor > amend.Plan.Judgement.Sampling ? amend.SamplingFloor : null;

    private static JsonElement Document(Plan plan)
    {
        using var document = JsonDocument.Parse(plan.Document);
        return document.RootElement.Clone();
    }
}
