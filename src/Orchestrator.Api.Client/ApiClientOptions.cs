namespace Orchestrator.Api.Client;

/// <summary>Servers, credentials and bounds of a client.</summary>
public sealed record ApiClientOptions
{
    /// <summary>Base addresses of nodes, at least one. They are tried in this order; any node will do.</summary>
    public IReadOnlyList<Uri> Servers { get; init; } = [];

    /// <summary>API key or token, asked for before each request; null sends none.</summary>
    public Func<CancellationToken, ValueTask<string?>>? Credential { get; init; }

    /// <summary>Longest time of one request to one server. Streams have no such bound.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most bytes of one answer, and of one event of a stream. A longer one is refused.</summary>
    public int MostBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Handler of the connections, owned by the client; null for the usual one. It must not follow redirects.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Name of the program in the header <c>User-Agent</c>; null sends none.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Clock of waits between tries of a stream.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
