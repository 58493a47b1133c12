using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>
/// Reviews. The state keeps reviews and decisions; this adds the time of their end and the failing verdicts behind an override.
/// </summary>
internal sealed class ReviewHistory
{
    private const string Mark = " (failing: ";
    private readonly Dictionary<string, DateTimeOffset> _closed = [];
    private readonly Dictionary<string, (Actor By, ImmutableArray<FailingVerdict> Verdicts)> _overrides = [];

    public void See(RolloutState before, Happened<RolloutEvent> happened)
    {
        switch (happened.Event)
        {
            case ReviewOpened { Kind: ReviewKind.Override } e:
                _overrides[e.Review] = (happened.Actor, Failing(before));
                break;
            case ReviewDecided e when _overrides.TryGetValue(e.Review, out var asked):
                // Its step is still the current one: a review does not outlive its step.
                _overrides[e.Review] = asked with { Verdicts = Failing(before) };
                break;
            case ReviewClosed e:
                _closed[e.Review] = happened.At;
                break;
        }
    }

    public ImmutableArray<OverrideStory> Overrides(RolloutState state) =>
    [
        .. state.Reviews.Where(r => r.Kind == ReviewKind.Override).Select(Story).OrderByDescending(story => story.Passed)
            .ThenBy(story => story.AskedAt),
    ];

    public ImmutableArray<ReviewStory> Reviews(RolloutState state, DateTimeOffset until) =>
    [
        .. state.Reviews.Select(r => new ReviewStory(
            r.Id, r.Kind, r.Phase, r.Step, r.Roles, r.Quorum, r.Trigger, r.RequestedBy, r.OpenedAt, Closed(r.Id),
            (Closed(r.Id) ?? until) - r.OpenedAt, r.Outcome,
            r.EvidenceText, r.Decisions) { Needs = r.Needs.IsEmpty ? null : [.. r.Needs],
                Lacks = r.Needs.IsEmpty ? null : Quorums.Lacks(r) }),
    ];

    private OverrideStory Story(Review review)
    {
        var (by, verdicts) = _overrides[review.Id];

        // The text is "reason (failing: …)". The reason itself may contain such a bracket; the last one is the decider's.
        var at = review.EvidenceText.LastIndexOf(Mark, StringComparison.Ordinal);
        var (reason, failing) = at < 0
            ? (review.EvidenceText, "")
            : (review.EvidenceText[..at], review.EvidenceText[(at + Mark.Length)..^1]);
        return new OverrideStory(
            review.Id, review.Phase, review.Step, by, review.OpenedAt, reason, failing, verdicts, review.Outcome == ReviewOutcome.Approved,
            review.Outcome,
            Closed(review.Id), review.Decisions);
    }

    private DateTimeOffset? Closed(string review) => _closed.TryGetValue(review, out var at) ? at : null;

    private static ImmutableArray<FailingVerdict> Failing(RolloutState state) =>
    [
        .. from criterion in Assessments.Criteria(state, null)
           where criterion.Verdict is not (Verdict.Met or Verdict.Warning)
           select new FailingVerdict(criterion.Name, criterion.Verdict, criterion.Evidence?.Text ?? "Nothing was measured yet."),
    ];
}
