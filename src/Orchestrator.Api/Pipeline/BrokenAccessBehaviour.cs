using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Pipeline;

/// <summary>
/// Allows only harmless requests while the stream of keys is broken, so that revocations may be missing. The role of the caller was checked
/// before: see <see cref="Orchestrator.Api.Callers.Policies"/>.
/// </summary>
internal sealed class BrokenAccessBehaviour(IWorld world) : IPipelineBehavior<ApiRequest, ApiResult>
{
    public Task<ApiResult> Handle(ApiRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<ApiResult> next) =>
        Problem(world.Current, request.Needs) is { } problem ? Task.FromResult<ApiResult>(problem) : next();

    /// <summary>Refusal of all that needs this permission; null when the stream of keys is whole, and for harmless requests.</summary>
    public static ApiResult.Problem? Problem(World world, Permission needs)
    {
        // A revoked key may be among those that still open: taking out a revocation breaks the chain there.
        return world.Broken.GetValueOrDefault(AccessEvents.Stream()) is { } broken && !needs.IsHarmless()
            ? new ApiResult.Problem(
                409, "access.broken",
                $"{broken.Text} Until the log is restored, keys open only what looks on, reports, or takes users back.")
            : null;
    }
}
