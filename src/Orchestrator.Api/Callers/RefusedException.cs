using Orchestrator.Api.Http;

namespace Orchestrator.Api.Callers;

/// <summary>Carries the answer to a refused caller through ASP.NET Core's authentication, which has failures only as exceptions.</summary>
internal sealed class RefusedException(ApiResult.Problem problem) : Exception(problem.Detail)
{
    public ApiResult.Problem Problem => problem;
}
