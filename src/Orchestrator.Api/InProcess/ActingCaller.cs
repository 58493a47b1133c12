using Orchestrator.Api.Callers;

namespace Orchestrator.Api.InProcess;

/// <summary>Caller of an inner request. A feature of the request: nothing that a client sends can set it.</summary>
internal sealed record ActingCaller(Caller Caller);
