using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Access;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Rollouts.Verbs;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts.Reviews;

/// <summary>One review: the evidence it was opened on, changes since then, and what the caller may decide.</summary>
internal static class ReviewEndpoint
{
    /// <summary>Longest wait for the newest round; without it the present evidence is that of the newest event.</summary>
    private static readonly TimeSpan RoundPatience = TimeSpan.FromMilliseconds(500);

    public static void MapReviews(this IEndpointRouteBuilder api) => api.MapQuery(
        "/rollouts/{id}/reviews/{review}",
        "Get a review: the evidence it was opened on, the changes since then, and the verbs of the caller", Get);

    private static async Task<ApiResult> Get(Query request, World world)
    {
        var (id, name) = (request.RouteValue("id"), request.RouteValue("review"));
        if (!world.Rollouts.TryGetValue(id, out var found))
        {
            return RolloutProblems.NotFound(id);
        }

        return found.State.Reviews.FirstOrDefault(one => one.Id == name) is { } review
            ? await ExpensiveReads.Run(request, () => Answer(request, world, found.State, review))
            : ApiResult.NotFound("review.not_found", $"Rollout {id} has no review {name}.");
    }

    private static async Task<ApiResult> Answer(Query request, World world, RolloutState state, Review review)
    {
        if (await Opening(request.Service<IEventLog>(), state.Id, review.Id, request.Stop) is not { } then)
        {
            return RolloutProblems.NotYet(state.Id);
        }

        // A closed review was about another visit of the step, or about evidence that is gone: its comparison would mislead.
        var current = review.Open && review.Entry == state.Entry;
        var seen = current && state.UnderWay ? await Look(request, state.Id) : null;
        var (criteria, amendment) = (EvidenceChanges.Criteria(then, current ? state : then, seen), review.Kind == ReviewKind.Amendment);
        return new ApiResult.Ok(
            new
            {
                rollout = state.Id,
                state.Plan.Title,
                plan = new { state.Plan.Name, state.Revision, state.Plan.Hash },
                state.Environment,
                state.Plan.Flag,
                state.Status,
                review = RolloutView.Review(review, world.Access, new CallerVerbs(Viewer.Of(request, world), state, seen)),
                current,
                leadsTo = review.Kind == ReviewKind.Gate ? LeadsTo(state.Plan, review) : null,
                evidence = new
                {
                    hash = review.EvidenceHash,
                    then.Version,
                    at = review.OpenedAt,
                    criteria = criteria.Select(one => Criterion(one, one.Was)),
                },
                now = !current ? null : new
                {
                    hash = amendment ? Approvals.OfAmendment(state) : Approvals.Hash(state),
                    stale = Approvals.IsStale(state, review),
                    at = seen?.At ?? state.LastAt,
                    criteria = criteria.Select(one => Criterion(one, one.Is)),
                },
                changes = current ? EvidenceChanges.Rest(then, state) : [],
                proposal = amendment && state.Proposed is { } proposed && proposed.Review == review.Id
                    ? new { proposed.Revision, proposed.Plan.Hash, proposed.Reason, proposed.Looser }
                    : null,
                follower = review.Open ? null : state.Reviews.LastOrDefault(one => one.Open && one.Kind == review.Kind)?.Id,
            }, state.Version);
    }

    private static object Criterion(CriterionChange one, CriterionSeen seen) =>
        new { one.Name, one.Title, seen.Verdict, seen.Observed, seen.Limit, seen.Samples, seen.At, seen.Text };

    /// <summary>State in which the review was opened, from the log; null when the log does not have its opening.</summary>
    private static async Task<RolloutState?> Opening(IEventLog log, string rollout, string review, CancellationToken stop)
    {
        var state = RolloutState.Initial;
        foreach (var recorded in await log.ReadStream(RolloutEvents.Stream(rollout), stop: stop))
        {
            var happened = RolloutEvents.Catalog.Replay(recorded);
            state = RolloutEvolution.Evolve(state, happened);
            if (happened.Event is RolloutEvent.ReviewOpened opened && opened.Review == review)
            {
                return state;
            }
        }

        return null;
    }

    /// <summary>Users on new by the step after that of the review; null at the end of the plan.</summary>
    private static object? LeadsTo(Plan plan, Review review)
    {
        var steps = plan.Phases
            .SelectMany((phase, p) => phase.Steps.Select((step, s) => (Phase: phase.Name, Step: step.Name, P: p, S: s))).ToArray();
        var at = Array.FindIndex(steps, one => one.Phase == review.Phase && one.Step == review.Step);
        return at < 0 || at + 1 == steps.Length
            ? null
            : new { steps[at + 1].Phase, steps[at + 1].Step, audience = StepAudience.At(plan, steps[at + 1].P, steps[at + 1].S).Text };
    }

    private static async Task<Observation?> Look(Query request, string rollout)
    {
        try
        {
            return await request.Service<IGrainFactory>().GetGrain<IRolloutGrain>(rollout).LastObservation()
                .WaitAsync(RoundPatience, request.Stop);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or EvaluationOnlyException)
        {
            return null;
        }
    }
}
