namespace Orchestrator.Api.Client;

/// <summary>Conduct of a client that follows events.</summary>
public sealed record FollowOptions
{
    /// <summary>
    /// True to come back after the last event whenever the stream ends or breaks, at any server, without a gap. False ends with the stream.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Receives the reason of each interruption before the client comes back; null for an end without a failure.</summary>
    public Action<Exception?>? Interrupted { get; init; }

    /// <summary>Called whenever a stream is open; null for none.</summary>
    public Action<Uri>? Opened { get; init; }
}
