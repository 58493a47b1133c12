namespace Orchestrator.Api.Ofrep;

/// <summary>Error of a request, with OpenFeature's error code.</summary>
internal readonly record struct BodyProblem(string Code, string Details);
