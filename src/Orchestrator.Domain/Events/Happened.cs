namespace Orchestrator.Domain.Events;

/// <summary>An event in its own type with its metadata in the log: the input of a state's fold.</summary>
/// <typeparam name="TEvent">The closed family.</typeparam>
/// <param name="Version">Place in the stream, from 1.</param>
/// <param name="At">Orchestrator time, UTC.</param>
/// <param name="Actor">Actor of the event.</param>
/// <param name="Event">The event.</param>
public sealed record Happened<TEvent>(long Version, DateTimeOffset At, Actor Actor, TEvent Event);
