namespace Orchestrator.Api.InProcess;

/// <summary>Answer to a request of the same process.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Media type of the body; null without one.</param>
/// <param name="Body">The body as it would be sent.</param>
/// <param name="ETag">Version of the resource in quotes; null where it has none.</param>
/// <param name="Location">Address of a resource that was created; null otherwise.</param>
public sealed record InProcessAnswer(int Status, string? ContentType, byte[] Body, string? ETag, string? Location);
