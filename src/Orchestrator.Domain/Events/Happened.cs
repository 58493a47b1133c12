namespace Orchestrator.Domain.Events;

/// <summary>An event in its own type with what the log says of it: what a state evolves by.</summary>
/// <typeparam name="TEvent">The closed family.</typeparam>
/// <param name="Version">Place in the stream, from 1.</param>
/// <param name="At">Orchestrator time, UTC.</param>
/// <param name="Actor">Who.</param>
/// <param name="Event">What.</param>
public sealed record Happened<TEvent>(long Version, DateTimeOffset At, Actor Actor, TEvent Event);
