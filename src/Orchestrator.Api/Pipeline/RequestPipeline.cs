using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Pipeline;

/// <summary>
/// MediatR with two kinds of request, <see cref="Query"/> and <see cref="Command"/>, and the behaviours around both. An endpoint registers
/// nothing: mapping it is enough, whatever the payload of its command.
/// </summary>
internal static class RequestPipeline
{
    /// <summary>Outermost first.</summary>
    public static readonly Type[] Behaviours =
    [
        typeof(TelemetryBehaviour),
        typeof(BrokenAccessBehaviour),
        typeof(EvaluationOnlyBehaviour),
        typeof(BodyBehaviour),
        typeof(CatchUpBehaviour),
        typeof(ValidationBehaviour),
        typeof(IdempotencyBehaviour),
        typeof(CallerNotesBehaviour),
    ];

    private static readonly Type[] OfKinds =
    [
        typeof(IRequestHandler<Command, ApiResult>),
        typeof(IEnumerable<IPipelineBehavior<ApiRequest, ApiResult>>),
    ];

    public static IServiceCollection AddRequestPipeline(this IServiceCollection services)
    {
        services.AddSingleton<ServiceFactory>(provider => asked => provider.GetService(OfKind(asked))!);
        services.AddSingleton<IMediator, Mediator>();
        services.AddSingleton<CallerRecorder>();
        services.AddSingleton<IRequestHandler<Query, ApiResult>, QueryHandler>();
        services.AddSingleton<IRequestHandler<Command, ApiResult>, CommandHandler>();
        foreach (var behaviour in Behaviours)
        {
            services.AddSingleton(typeof(IPipelineBehavior<ApiRequest, ApiResult>), behaviour);
        }

        return services;
    }

    /// <summary>
    /// MediatR asks for the handler and the behaviours of the exact type of a request, such as <c>Command&lt;NewKey&gt;</c>. Its interfaces
    /// are contravariant, so those of the kind serve every type of it.
    /// </summary>
    private static Type OfKind(Type asked) => OfKinds.FirstOrDefault(asked.IsAssignableFrom) ?? asked;
}
