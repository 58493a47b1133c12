using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.Requests;

/// <summary>Metadata of an endpoint for the OpenAPI description.</summary>
/// <param name="Route">Method and pattern, without the prefix of its group.</param>
/// <param name="Summary">A line.</param>
/// <param name="Needs">Permission of the endpoint.</param>
/// <param name="Takes">The body; null when there is none.</param>
internal sealed record EndpointDescription(string Route, string Summary, Permission Needs, BodyKind? Takes);
