using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>The user of a request.</summary>
/// <param name="Environment">The environment of the key; null for one without flags.</param>
/// <param name="User">The user.</param>
/// <param name="People">Secret for hashes of users; 0 counts none.</param>
/// <param name="Tells">True to include the segments of the user in the answer.</param>
internal readonly record struct OfrepAsker(EnvironmentTable? Environment, EvaluationContext User, ulong People, bool Tells);
