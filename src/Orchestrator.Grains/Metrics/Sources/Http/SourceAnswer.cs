namespace Orchestrator.Grains.Metrics.Sources.Http;

/// <summary>Answer of a server.</summary>
/// <param name="Status">HTTP status; 0 without an answer.</param>
/// <param name="Body">At most <see cref="SourceHttp.LargestAnswer"/> bytes; empty with an error.</param>
/// <param name="Error">Reason why there is no body; null when there is one.</param>
internal readonly record struct SourceAnswer(int Status, ReadOnlyMemory<byte> Body, string? Error)
{
    public static SourceAnswer Failed(string error, int status = 0) => new(status, ReadOnlyMemory<byte>.Empty, error);
}
