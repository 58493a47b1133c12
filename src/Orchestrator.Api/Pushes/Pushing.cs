using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Pushes;

/// <summary>Checks of a push: bound keys push for their own rollouts only, and plans may require signatures.</summary>
internal static class Pushing
{
    /// <summary>Accepts a push of samples; a problem where its key, its signature or the plan does not allow it.</summary>
    /// <param name="ask">The request.</param>
    /// <param name="world">This node's view of the log.</param>
    /// <param name="rollout">The rollout; null where the data points name theirs, each checked by <see cref="Refusal"/>.</param>
    /// <param name="take">Processes the samples.</param>
    public static async Task<ApiResult> Run(Query request, World world, string? rollout, Func<Task<ApiResult>> take)
    {
        if (rollout is not null && Refusal(request, world, rollout) is { } refusal)
        {
            return refusal;
        }

        if (!PushSignatures.IsSigned(request.Http.Request))
        {
            return await take();
        }

        if (request.Service<PushSignatures>()
            .Enter(request.Http.Request, request.Caller.KeyId, request.Body.Span, out var leave) is { } wrong)
        {
            return new ApiResult.Problem(403, "push.signature", wrong);
        }

        var taken = false;
        try
        {
            var answer = await take();
            taken = answer is not ApiResult.Problem;
            return answer;
        }
        finally
        {
            if (!taken)
            {
                leave();
            }
        }
    }

    /// <summary>Reason why samples may not be pushed for a rollout; null when they may, or when there is no such rollout.</summary>
    public static ApiResult.Problem? Refusal(Query request, World world, string rollout) => Bound(world, request.Http, rollout)
        ?? (world.Rollouts.GetValueOrDefault(rollout)?.State is { Plan.SignedPushes: true }
            && !PushSignatures.IsSigned(request.Http.Request)
            ? new ApiResult.Problem(403, "push.unsigned", $"The plan of the rollout {rollout} accepts samples only with a webhook-signature (signals.signed).")
            : null);

    /// <summary>Reason why the caller's key may not push for a rollout; null when it may, or when there is no such rollout.</summary>
    public static ApiResult.Problem? Bound(World world, HttpContext http, string rollout) =>
        world.Rollouts.GetValueOrDefault(rollout)?.State is { } state
        && world.Access.Working(http.Features.Get<Caller>()!.KeyId)?.Refusal(rollout, state.Environment) is { } refusal
            ? new ApiResult.Problem(403, "access.other_rollout", refusal)
            : null;
}
