using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Pipeline;

/// <summary>Notes the caller of a request in the log, so that people who read the events later know the key or person.</summary>
internal sealed class CallerNotesBehaviour(CallerRecorder notes) : IPipelineBehavior<ApiRequest, ApiResult>
{
    public Task<ApiResult> Handle(ApiRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<ApiResult> next)
    {
        notes.Note(request.Caller, reading: request is Query);
        return next();
    }
}
