namespace Orchestrator.Api.Client;

/// <summary>Client of the HTTP API. One for a program is enough; it may be used by many threads at once.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly Transport _transport;

    /// <param name="options">Servers, credentials and bounds.</param>
    /// <exception cref="ArgumentException">There is no server, or one that is no http or https address.</exception>
    public ApiClient(ApiClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _transport = new Transport(options);
        Rollouts = new RolloutApi(_transport);
        Attention = new AttentionApi(_transport);
        Plans = new PlanApi(_transport);
        Environments = new EnvironmentApi(_transport);
        Segments = new SegmentApi(_transport);
        Incidents = new IncidentApi(_transport);
        Notifications = new NotificationApi(_transport);
        Events = new EventApi(_transport);
        Nodes = new NodeApi(_transport);
        Keys = new KeyApi(_transport);
        Log = new LogApi(_transport);
        Ingest = new IngestApi(_transport);
        Table = new TableApi(_transport);
    }

    /// <summary>Rollouts: list, get, create, and every verb.</summary>
    public RolloutApi Rollouts { get; }

    /// <summary>Everything that needs a person.</summary>
    public AttentionApi Attention { get; }

    /// <summary>Plans.</summary>
    public PlanApi Plans { get; }

    /// <summary>Environments: flags, the line, and the variant of one user.</summary>
    public EnvironmentApi Environments { get; }

    /// <summary>Segments.</summary>
    public SegmentApi Segments { get; }

    /// <summary>Incidents.</summary>
    public IncidentApi Incidents { get; }

    /// <summary>Notifications.</summary>
    public NotificationApi Notifications { get; }

    /// <summary>Events as they happen.</summary>
    public EventApi Events { get; }

    /// <summary>Nodes.</summary>
    public NodeApi Nodes { get; }

    /// <summary>API keys, and the caller.</summary>
    public KeyApi Keys { get; }

    /// <summary>The log: audit, verification, checkpoints.</summary>
    public LogApi Log { get; }

    /// <summary>Samples and alerts of services.</summary>
    public IngestApi Ingest { get; }

    /// <summary>Routing table of a key's environment.</summary>
    public TableApi Table { get; }

    /// <summary>
    /// Sends any request to the first server that answers. A failure is an answer, and throws nothing; where no server answers it throws
    /// <see cref="OrchestratorUnreachableException"/>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="stop">Ends the call.</param>
    public Task<RawAnswer> Send(RawRequest request, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _transport.Send(request, stop);
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();
}
