using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>
/// "There is no such thing" is said only by a node that has read the log to its end: what a caller made at another node a moment ago may not have come
/// here yet. Then the request is handled once more, with what the node knows by now.
/// </summary>
internal sealed class CatchUpBehaviour<TCall>(IWorld world, IEventLog log) : IPipelineBehavior<TCall, Answer>
    where TCall : Call
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<Answer> Handle(TCall request, CancellationToken cancellationToken, RequestHandlerDelegate<Answer> next)
    {
        var known = world.Current.Position;
        var answer = await next();
        return answer is Answer.Problem { Status: 404 or 422 } && await Head(cancellationToken) is var head && head > known
            && await world.WaitFor(head, Patience, cancellationToken)
            ? await next()
            : answer;
    }

    /// <summary>Where the log ends; 0 while it cannot say so.</summary>
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
