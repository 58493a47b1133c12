using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Requests;

/// <summary>
/// The view of the log for one request: a rollout that has left the memory is read from the log when the address names it. So endpoints of
/// one rollout need not know whether it is over.
/// </summary>
internal static class RecalledWorlds
{
    private const string Rollouts = "/rollouts/{id}";
    private const string Incidents = "/incidents/{id}";

    public static Task<World> For(this FinishedStates finished, World world, ApiRequest request) =>
        world.Finished.Count == 0 ? Task.FromResult(world)
        : request.Name.Contains(Rollouts, StringComparison.Ordinal) ? finished.With(world, request.RouteValue("id"), request.Stop)
        : request.Name.Contains(Incidents, StringComparison.Ordinal) ? finished.With(world, RolloutOf(request.RouteValue("id")), request.Stop)
        : Task.FromResult(world);

    /// <summary>An incident's id is its rollout's id and a number.</summary>
    public static string RolloutOf(string incident) => incident.LastIndexOf('-') is > 0 and var at ? incident[..at] : incident;
}
