using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>Answers a question.</summary>
internal sealed class AskHandler(IWorld world) : IRequestHandler<Ask, Answer>
{
    public Task<Answer> Handle(Ask request, CancellationToken cancellationToken) => request.Answer(request, world.Current);
}

/// <summary>Sends a change through its one door, and waits until this node knows of it, so that the caller reads what it wrote.</summary>
internal sealed class ChangeHandler<TCommand>(IGrainFactory grains, IWorld world) : IRequestHandler<Change<TCommand>, Answer>
    where TCommand : class
{
    private static readonly TimeSpan ReadYourWrites = TimeSpan.FromSeconds(2);

    public async Task<Answer> Handle(Change<TCommand> request, CancellationToken cancellationToken)
    {
        var result = await request.Operation.Send(grains, request);
        if (Answer.From(result) is { } problem)
        {
            return problem;
        }

        if (result.Outcome == CommandOutcome.Applied)
        {
            // A node that lags still answers: the change is durable.
            await world.WaitFor(result.Position, ReadYourWrites, cancellationToken);
        }

        return request.Operation.Answer(request, result, world.Current);
    }
}

/// <summary>MediatR by hand: two kinds of request, seven behaviours, outermost first.</summary>
internal static class RequestServices
{
    public static IServiceCollection AddRequests(this IServiceCollection services)
    {
        services.AddSingleton<ServiceFactory>(provider => provider.GetService!);
        services.AddSingleton<IMediator, Mediator>();
        services.AddSingleton<CallerNotes>();
        return services.AddCall<Ask, AskHandler>();
    }

    /// <summary>A kind of command that changes may carry.</summary>
    public static IServiceCollection AddChange<TCommand>(this IServiceCollection services)
        where TCommand : class => services.AddCall<Change<TCommand>, ChangeHandler<TCommand>>();

    private static IServiceCollection AddCall<TCall, THandler>(this IServiceCollection services)
        where TCall : Call
        where THandler : class, IRequestHandler<TCall, Answer> => services
        .AddSingleton<IRequestHandler<TCall, Answer>, THandler>()
        .AddSingleton<IPipelineBehavior<TCall, Answer>, TelemetryBehaviour<TCall>>()
        .AddSingleton<IPipelineBehavior<TCall, Answer>, BrokenAccessBehaviour<TCall>>()
        .AddSingleton<IPipelineBehavior<TCall, Answer>, EvaluationOnlyBehaviour<TCall>>()
        .AddSingleton<IPipelineBehavior<TCall, Answer>, CatchUpBehaviour<TCall>>()
        .AddSingleton<IPipelineBehavior<TCall, Answer>, ValidationBehaviour<TCall>>()
        .AddSingleton<IPipelineBehavior<TCall, Answer>, IdempotencyBehaviour<TCall>>()
        .AddSingleton<IPipelineBehavior<TCall, Answer>, NotingBehaviour<TCall>>();
}
