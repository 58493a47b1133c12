namespace Orchestrator.Api.Http;

/// <summary>Body of a kind of endpoint.</summary>
/// <param name="Limit">Most bytes, after decompression.</param>
/// <param name="MediaTypes">Types that are taken; the first is for a body without a content type.</param>
internal sealed record BodyKind(int Limit, params string[] MediaTypes)
{
    public static readonly BodyKind Json = new(64 * 1024, "application/json");
    public static readonly BodyKind Plan = new(
        256 * 1024, "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain", "application/json");
    public static readonly BodyKind Metrics = new(1024 * 1024, "application/json");

    /// <summary>Read piece by piece by its own reader, which keeps the limit: never whole in memory.</summary>
    public bool Streamed { get; init; }

    /// <summary>Code of the problem of a broken gzip body; null where bodies come plain.</summary>
    public string? GzipFault { get; init; }
}
