using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Pipeline;

/// <summary>
/// Reads the body, once. Outside of <see cref="CatchUpBehaviour"/>, which may handle a request twice, and of every turn that an expensive
/// read waits for: a body that comes slowly holds none.
/// </summary>
internal sealed class BodyBehaviour : IPipelineBehavior<ApiRequest, ApiResult>
{
    public async Task<ApiResult> Handle(ApiRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<ApiResult> next)
    {
        if (request.Takes is not { } kind)
        {
            return await next();
        }

        var (body, problem) = kind.Streamed
            ? (default, BodyReader.OtherType(request.Http.Request, kind))
            : await BodyReader.Read(request.Http.Request, kind, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        request.Body = body;
        return await next();
    }
}
