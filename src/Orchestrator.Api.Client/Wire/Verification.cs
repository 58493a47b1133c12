namespace Orchestrator.Api.Client;

/// <summary>Result of a verification of one stream.</summary>
public sealed record StreamVerification
{
    /// <summary>Events that were read.</summary>
    public long Events { get; init; }

    /// <summary>True when the chain is whole.</summary>
    public bool Intact { get; init; }

    /// <summary>First bad version; null when there is none.</summary>
    public long? FirstBroken { get; init; }

    /// <summary>Position of the event found there; null when there is none.</summary>
    public long? Position { get; init; }

    /// <summary>Sentence; null when the chain is whole.</summary>
    public string? Text { get; init; }
}

/// <summary>Result of a verification of the whole log.</summary>
public sealed record LogVerification
{
    /// <summary>Events that were read.</summary>
    public long Events { get; init; }

    /// <summary>Streams.</summary>
    public long Streams { get; init; }

    /// <summary>Position of the newest event.</summary>
    public long Position { get; init; }

    /// <summary>True when every chain is whole.</summary>
    public bool Intact { get; init; }

    /// <summary>The first break; null when there is none.</summary>
    public ChainBreak? FirstBroken { get; init; }

    /// <summary>The first break of each stream.</summary>
    public IReadOnlyList<ChainBreak> Broken { get; init; } = [];
}

/// <summary>The first place at which a stream differs from the product's writes.</summary>
public sealed record ChainBreak
{
    /// <summary>Stream.</summary>
    public string Stream { get; init; } = "";

    /// <summary>First bad version.</summary>
    public long Version { get; init; }

    /// <summary>Position of the event found there; 0 where there is none.</summary>
    public long Position { get; init; }

    /// <summary>Kind of damage.</summary>
    [Words("misfit", "cut", "other")]
    public string Kind { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A signed checkpoint of the log.</summary>
public sealed record Checkpoint
{
    /// <summary>Timeline of the log.</summary>
    public long Timeline { get; init; }

    /// <summary>Position of the newest event.</summary>
    public long Position { get; init; }

    /// <summary>Time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Digest of the checkpoint that was stored before it in the same place, in hex; null for none.</summary>
    public string? Previous { get; init; }

    /// <summary>End of each stream, by name.</summary>
    public IReadOnlyDictionary<string, StreamEnd> Streams { get; init; } = new Dictionary<string, StreamEnd>();

    /// <summary>Signature.</summary>
    public CheckpointSignature Signature { get; init; } = new();
}

/// <summary>End of a stream.</summary>
public sealed record StreamEnd
{
    /// <summary>Version of its newest event.</summary>
    public long Version { get; init; }

    /// <summary>Hash of that event, in hex.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>Signature of a checkpoint.</summary>
public sealed record CheckpointSignature
{
    /// <summary>ES256: ECDSA over P-256 with SHA-256.</summary>
    public string Algorithm { get; init; } = "";

    /// <summary>Short name of the key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Base64.</summary>
    public string Value { get; init; } = "";
}

/// <summary>Comparison of the log with a checkpoint.</summary>
public sealed record CheckpointVerification
{
    /// <summary>True when the log has everything of it, and its signature fits.</summary>
    public bool Intact { get; init; }

    /// <summary>True when this installation signed it.</summary>
    public bool Signed { get; init; }

    /// <summary>Streams of the checkpoint.</summary>
    public int Streams { get; init; }

    /// <summary>Streams that differ.</summary>
    public IReadOnlyList<MissingEvents> Missing { get; init; } = [];

    /// <summary>Streams whose chain is not whole.</summary>
    public IReadOnlyList<ChainBreak> Broken { get; init; } = [];
}

/// <summary>A stream that differs from a checkpoint.</summary>
public sealed record MissingEvents
{
    /// <summary>Stream.</summary>
    public string Stream { get; init; } = "";

    /// <summary>Version at the checkpoint.</summary>
    public long Expected { get; init; }

    /// <summary>Newest version that is unchanged.</summary>
    public long Found { get; init; }

    /// <summary>True when its end is missing, false when it has another history.</summary>
    public bool Cut { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Stream to verify.</summary>
public sealed record LogVerificationQuery : QueryValues
{
    /// <summary>Name; null for the whole log.</summary>
    public string? Stream { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("stream", Stream);
    }
}
