using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>Steps of a rollout as planned and as they happened: now from memory, or at a moment of the past from the log.</summary>
internal static class ScheduleEndpoint
{
    public static async Task<ApiResult> Answer(Query request, World world)
    {
        var id = request.RouteValue("id");
        if (!world.Rollouts.TryGetValue(id, out var found))
        {
            return RolloutProblems.NotFound(id);
        }

        var (asOf, problem) = AsOf.Read(request.Http.Request.Query);
        return asOf is null ? problem!
            : asOf.IsNow ? Shown(found.State, request.Service<OrchestratorClock>().GetUtcNow())
            : await ExpensiveReads.Run(request, async () => await asOf.State(request.Service<IEventLog>(), id, request.Stop) is { } state
                ? Shown(state, asOf.At ?? state.LastAt)
                : RolloutProblems.NotYet(id));
    }

    private static ApiResult Shown(RolloutState state, DateTimeOffset now)
    {
        var schedule = Schedule.Of(state, now);
        return new ApiResult.Ok(
            new
            {
                schedule.StartedAt,
                behind = schedule.Behind is { } behind ? Durations.Format(Durations.Whole(behind)) : null,
                schedule.PlannedEnd,
                schedule.ExpectedEnd,
                schedule.Steps,
            },
            state.Version);
    }
}
