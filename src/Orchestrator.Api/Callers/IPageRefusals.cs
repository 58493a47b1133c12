using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;

namespace Orchestrator.Api.Callers;

/// <summary>Refusals of pages: a browser gets a page or the sign-in in place of a problem.</summary>
internal interface IPageRefusals
{
    /// <summary>True when the request is for a page.</summary>
    bool Takes(HttpContext http);

    /// <summary>Answers a request that was refused.</summary>
    Task Refuse(HttpContext http, ApiResult.Problem problem);
}
