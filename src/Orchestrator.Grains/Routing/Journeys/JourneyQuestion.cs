using Orchestrator.Domain.Routing;

namespace Orchestrator.Grains.Routing.Journeys;

/// <summary>A question for the answers of one flag for one user.</summary>
/// <param name="Environment">Environment.</param>
/// <param name="Flag">Key of the flag.</param>
/// <param name="User">The user, read for a table: attributes have other places in each.</param>
/// <param name="From">Begin of the requested time; null for all of it.</param>
/// <param name="To">Its end; null for all events, those of a clock that was ahead too.</param>
public sealed record JourneyQuestion(
    string Environment, string Flag, Func<EnvironmentTable?, EvaluationContext> User, DateTimeOffset? From, DateTimeOffset? To);
