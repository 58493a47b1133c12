using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>
/// A request that is answered from this node's view of the log, or that hands something in which is no command to an aggregate.
/// </summary>
/// <param name="http">The HTTP request.</param>
/// <param name="name">The endpoint, for telemetry.</param>
/// <param name="needs">Permission of the endpoint.</param>
/// <param name="takes">Body of the endpoint; null when it takes none.</param>
/// <param name="answer">Answers it.</param>
internal sealed class Query(HttpContext http, string name, Permission needs, BodyKind? takes, Func<Query, World, Task<ApiResult>> answer)
    : ApiRequest(http, name, needs, takes)
{
    public Task<ApiResult> Answer(World world) => answer(this, world);
}
