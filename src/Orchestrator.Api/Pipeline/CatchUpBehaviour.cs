using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Pipeline;

/// <summary>
/// Answers "not found" only on a node that has read the log to its end: what a client made at another node a moment ago may not have
/// arrived here yet. Then the request is handled once more, on the newer state.
/// </summary>
internal sealed class CatchUpBehaviour(IWorld world, IEventLog log) : IPipelineBehavior<ApiRequest, ApiResult>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<ApiResult> Handle(ApiRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<ApiResult> next)
    {
        var known = world.Current.Position;
        var result = await next();
        return result is ApiResult.Problem { Status: 404 or 422 } && await Head(cancellationToken) is var head && head > known
            && await world.WaitFor(head, Patience, cancellationToken)
            ? await next()
            : result;
    }

    /// <summary>End of the log; 0 while the log cannot be read.</summary>
    private async Task<long> Head(CancellationToken stop)
    {
        try
        {
            return await log.Head(stop).WaitAsync(Patience, stop);
        }
        catch (Exception e) when (e is IOException or TimeoutException or System.Data.Common.DbException)
        {
            return 0;
        }
    }
}
