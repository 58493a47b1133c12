using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Pipeline;

/// <summary>Reads the input of a command, and reports all of its errors at once.</summary>
internal sealed class ValidationBehaviour(IWorld world, FinishedStates finished, OrchestratorClock clock)
    : IPipelineBehavior<ApiRequest, ApiResult>
{
    public async Task<ApiResult> Handle(ApiRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<ApiResult> next)
    {
        if (request is not Command command)
        {
            return await next();
        }

        var input = new Input(command, await finished.For(world.Current, request), clock.GetUtcNow());
        return await command.Accept(input, cancellationToken) is { } problem ? problem : await next();
    }
}
