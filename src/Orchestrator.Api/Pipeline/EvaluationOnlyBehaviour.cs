using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Api.Pipeline;

/// <summary>
/// Rejects commands on evaluation-only nodes, whatever their input, except those that need no grain: a rollback works on every node.
/// </summary>
internal sealed class EvaluationOnlyBehaviour(NodeIdentity node) : IPipelineBehavior<ApiRequest, ApiResult>
{
    public Task<ApiResult> Handle(ApiRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<ApiResult> next) =>
        request is Command { Anywhere: false } && node.Role == NodeIdentity.Evaluation ? throw new EvaluationOnlyException() : next();
}
