using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Pipeline;

/// <summary>Sends a command to its grain, and waits until this node has read its events, so that the client reads what it wrote.</summary>
internal sealed class CommandHandler(IGrainFactory grains, IWorld world, FinishedStates finished) : IRequestHandler<Command, ApiResult>
{
    private static readonly TimeSpan ReadYourWrites = TimeSpan.FromSeconds(2);

    public async Task<ApiResult> Handle(Command request, CancellationToken cancellationToken)
    {
        var result = await request.Send(grains);
        if (ApiResult.From(result) is { } problem)
        {
            return problem;
        }

        if (result.Outcome == CommandOutcome.Applied)
        {
            // A node that lags still answers: the command is durable.
            await world.WaitFor(result.Position, ReadYourWrites, cancellationToken);
        }

        return request.Answer(result, await finished.For(world.Current, request));
    }
}
