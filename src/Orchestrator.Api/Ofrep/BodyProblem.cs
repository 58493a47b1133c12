namespace Orchestrator.Api.Ofrep;

/// <summary>Problem of a request, in OpenFeature's words.</summary>
internal readonly record struct BodyProblem(string Code, string Details);
