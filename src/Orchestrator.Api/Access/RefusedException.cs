using Orchestrator.Api.Http;

namespace Orchestrator.Api.Access;

/// <summary>Carries the answer to a caller who is not let in through ASP.NET Core's authentication, which knows failures as exceptions only.</summary>
internal sealed class RefusedException(ApiResult.Problem problem) : Exception(problem.Detail)
{
    public ApiResult.Problem Problem => problem;
}
