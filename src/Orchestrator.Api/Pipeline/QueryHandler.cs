using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Pipeline;

/// <summary>Answers a query from this node's view of the log.</summary>
internal sealed class QueryHandler(IWorld world, FinishedStates finished) : IRequestHandler<Query, ApiResult>
{
    public async Task<ApiResult> Handle(Query request, CancellationToken cancellationToken) =>
        await request.Answer(await finished.For(world.Current, request));
}
