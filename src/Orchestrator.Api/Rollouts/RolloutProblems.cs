using Orchestrator.Api.Http;

namespace Orchestrator.Api.Rollouts;

/// <summary>Problems of requests that name a rollout.</summary>
internal static class RolloutProblems
{
    private const string Code = "rollout.not_found";

    public static ApiResult.Problem NotFound(string id) => ApiResult.NotFound(Code, $"There is no rollout {id}.");

    /// <summary>Problem for a moment before the rollout existed.</summary>
    public static ApiResult.Problem NotYet(string id) =>
        ApiResult.NotFound(Code, $"Rollout {id} did not exist yet, or has no such version.");
}
