namespace Orchestrator.Api.Streams;

/// <summary>Kind of client of a stream: each has its own part of the node's streams.</summary>
internal enum StreamClient
{
    /// <summary>A service or an SDK, with a key of the role <c>evaluation</c>.</summary>
    Server,

    /// <summary>A browser or app, whose key every user can read.</summary>
    Browser,

    /// <summary>A person or a tool that reads events.</summary>
    Reader,
}
