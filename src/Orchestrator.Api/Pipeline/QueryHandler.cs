using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Pipeline;

/// <summary>Answers a query from this node's view of the log.</summary>
internal sealed class QueryHandler(IWorld world) : IRequestHandler<Query, ApiResult>
{
    public Task<ApiResult> Handle(Query request, CancellationToken cancellationToken) => request.Answer(world.Current);
}
