namespace Orchestrator.Api.Client;

/// <summary>Metric sources of a rollout, and the keys that push samples.</summary>
public sealed record SourceList
{
    /// <summary>Sources.</summary>
    public IReadOnlyList<SourceStatus> Sources { get; init; } = [];

    /// <summary>Keys, the latest first; null when the node with the windows does not answer.</summary>
    public IReadOnlyList<Pusher>? Pushers { get; init; }
}

/// <summary>A metric source.</summary>
public sealed record SourceStatus
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Title; null without one.</summary>
    public string? Title { get; init; }

    /// <summary>Kind.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Address.</summary>
    public string Url { get; init; } = "";

    /// <summary>Name of the credentials; null without any.</summary>
    public string? Credentials { get; init; }

    /// <summary>State.</summary>
    [Words("ok", "partly", "waiting", "failing", "idle", "unknown")]
    public string State { get; init; } = "";

    /// <summary>Time of the last poll; null when there was none.</summary>
    public DateTimeOffset? LastRound { get; init; }

    /// <summary>Time of its last evidence; null when there was none.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Time of the last failure; null when there was none.</summary>
    public DateTimeOffset? LastError { get; init; }

    /// <summary>The last failure, or the reason why it is not queried; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>Queries, as of the last round.</summary>
    public IReadOnlyList<QueryStatus> Queries { get; init; } = [];
}

/// <summary>Result of a query.</summary>
public sealed record QueryStatus
{
    /// <summary>Series.</summary>
    public string Series { get; init; } = "";

    /// <summary>Variant.</summary>
    public string Variant { get; init; } = "";

    /// <summary>Traffic.</summary>
    public string Traffic { get; init; } = "";

    /// <summary>Segment; null for all users.</summary>
    public string? Segment { get; init; }

    /// <summary>State.</summary>
    public string State { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A key that pushes samples.</summary>
public sealed record Pusher
{
    /// <summary>Id of the key or person.</summary>
    public string Key { get; init; } = "";

    /// <summary>Name of the key or person.</summary>
    public string? Name { get; init; }

    /// <summary>Time of its last push.</summary>
    public DateTimeOffset LastPush { get; init; }

    /// <summary>Samples that were accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>Samples that were refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Its last push that was refused; null when none was.</summary>
    public PushRejection? LastRejection { get; init; }
}

/// <summary>A push that was refused in part or as a whole.</summary>
public sealed record PushRejection
{
    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Samples that were refused.</summary>
    public int Rejected { get; init; }

    /// <summary>Reason of the first refusal.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Samples of metrics.</summary>
public sealed record MetricPush
{
    /// <summary>Samples, at most 3,000.</summary>
    public IReadOnlyList<Sample> Samples { get; init; } = [];
}

/// <summary>A sample: the numbers of one variant over one sampling period.</summary>
public sealed record Sample
{
    /// <summary>Id by which a repetition is ignored; null for none.</summary>
    public string? Id { get; init; }

    /// <summary>End of its time; null for the time of arrival.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Variant.</summary>
    [Words("new", "legacy")]
    public string Variant { get; init; } = "";

    /// <summary>Traffic; null for live.</summary>
    [Words("live", "shadow")]
    public string? Traffic { get; init; }

    /// <summary>Segments of its users, separated by commas; null for none.</summary>
    public string? Segment { get; init; }

    /// <summary>Units of series; null where they are the base units.</summary>
    public IReadOnlyDictionary<string, string>? Units { get; init; }

    /// <summary>Growth of counters since the last sample.</summary>
    public IReadOnlyDictionary<string, long>? Counters { get; init; }

    /// <summary>Levels.</summary>
    public IReadOnlyDictionary<string, double>? Gauges { get; init; }

    /// <summary>Single observations.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>>? Values { get; init; }

    /// <summary>Observations in buckets.</summary>
    public IReadOnlyDictionary<string, Histogram>? Histograms { get; init; }

    /// <summary>Counters that could not be read for this time.</summary>
    public IReadOnlyList<string>? Unmeasured { get; init; }
}

/// <summary>Observations in buckets.</summary>
public sealed record Histogram
{
    /// <summary>Upper bounds.</summary>
    public IReadOnlyList<double> Bounds { get; init; } = [];

    /// <summary>Observations of each bucket, one more than bounds.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];
}

/// <summary>Receipt of samples.</summary>
public sealed record PushReceipt
{
    /// <summary>Samples that were accepted.</summary>
    public int Accepted { get; init; }

    /// <summary>Samples that were refused.</summary>
    public int Rejected { get; init; }

    /// <summary>Reason of each refusal; null for none.</summary>
    public IReadOnlyList<InputError>? Errors { get; init; }

    /// <summary>Series that nothing reads, and the like; null for none.</summary>
    public IReadOnlyList<InputError>? Warnings { get; init; }
}

/// <summary>Message of an alert manager (version 4 of Alertmanager, version 1 of Grafana).</summary>
public sealed record AlertMessage
{
    /// <summary>Version of the message.</summary>
    public string? Version { get; init; }

    /// <summary>Status of the group.</summary>
    [Words("firing", "resolved")]
    public string? Status { get; init; }

    /// <summary>Key of the group.</summary>
    public string? GroupKey { get; init; }

    /// <summary>Alerts that were left out.</summary>
    public int? TruncatedAlerts { get; init; }

    /// <summary>Labels of the group.</summary>
    public IReadOnlyDictionary<string, string>? GroupLabels { get; init; }

    /// <summary>Labels of all alerts.</summary>
    public IReadOnlyDictionary<string, string>? CommonLabels { get; init; }

    /// <summary>Alerts.</summary>
    public IReadOnlyList<AlertInstance> Alerts { get; init; } = [];
}

/// <summary>An alert.</summary>
public sealed record AlertInstance
{
    /// <summary>Status.</summary>
    [Words("firing", "resolved")]
    public string Status { get; init; } = "";

    /// <summary>Labels, with <c>alertname</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Annotations; <c>summary</c> is shown.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Begin.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>End.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Fingerprint.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>Receipt of alerts.</summary>
public sealed record AlertReceipt
{
    /// <summary>Alerts that were accepted.</summary>
    public int Alerts { get; init; }

    /// <summary>Of these, alerts that the plan reads.</summary>
    public int Read { get; init; }

    /// <summary>Alerts that were refused.</summary>
    public int Rejected { get; init; }

    /// <summary>Reasons of refusals; null for none.</summary>
    public IReadOnlyList<InputError>? Errors { get; init; }

    /// <summary>Warnings; null for none.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>Receipt of an OTLP export (<c>ExportMetricsServiceResponse</c>).</summary>
public sealed record OtlpReceipt
{
    /// <summary>Data points that were refused, or a warning; null for none.</summary>
    public OtlpPartialSuccess? PartialSuccess { get; init; }
}

/// <summary>Data points of an OTLP export that were refused.</summary>
public sealed record OtlpPartialSuccess
{
    /// <summary>Number, as text.</summary>
    public string RejectedDataPoints { get; init; } = "";

    /// <summary>Sentences.</summary>
    public string ErrorMessage { get; init; } = "";
}
