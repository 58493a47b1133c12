using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Events;

/// <summary>
/// The end of every stream of the log at a moment. Stored outside of the log, it finds damage that the hash chain alone cannot find: a tail
/// that was cut off, and, after a restore of a backup, the missing events.
/// </summary>
/// <param name="Timeline">Timeline of the log.</param>
/// <param name="Position">Position of the newest event in it.</param>
/// <param name="At">Time at which it was taken, UTC.</param>
/// <param name="Streams">The end of each stream, by name.</param>
public sealed record Checkpoint(long Timeline, long Position, DateTimeOffset At, ImmutableSortedDictionary<string, Tail> Streams)
{
    /// <summary>Checkpoint of a log without events: every log contains it.</summary>
    public static readonly Checkpoint Nothing = new(0, 0, DateTimeOffset.MinValue, ImmutableSortedDictionary<string, Tail>.Empty);

    /// <summary>
    /// <see cref="Digest"/> of the checkpoint that was stored before this one in the same place, in lower-case hex; null for the first,
    /// and for one that was not stored. It makes a chain of the stored ones: one that is missing or exchanged shows.
    /// </summary>
    public string? Previous { get; init; }

    /// <summary>SHA-256 of the signed bytes, in lower-case hex.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(Canonical()));

    /// <summary>The signed bytes: one line for each fact, in a fixed order, UTF-8.</summary>
    public byte[] Canonical()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"checkpoint {Timeline} {Position} {At.UtcTicks}\n");
        if (Previous is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"previous {Previous}\n");
        }

        foreach (var (stream, tail) in Streams)
        {
            text.Append(CultureInfo.InvariantCulture, $"{stream.Length} {stream} {tail.Version} {tail.Hash}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The ends that a walk over the log must pass, by stream.</summary>
    public IReadOnlyDictionary<string, ChainEnd> Ends() =>
        Streams.ToDictionary(
            one => one.Key, one => new ChainEnd(one.Value.Version, Convert.FromHexString(one.Value.Hash)), StringComparer.Ordinal);

    /// <summary>Streams whose events are missing from the log or differ in it; empty when all of them match.</summary>
    /// <param name="ends">Newest version of each stream up to which the log fits its own chain and this checkpoint.</param>
    /// <param name="breaks">Streams whose chain does not fit.</param>
    public ImmutableArray<Missing> Against(IReadOnlyDictionary<string, ChainEnd> ends, IEnumerable<ChainBreak> breaks)
    {
        var broken = breaks.ToDictionary(one => one.Stream, StringComparer.Ordinal);
        return
        [
            .. from one in Streams
               let there = ends.GetValueOrDefault(one.Key, ChainEnd.Origin).Version
               where there < one.Value.Version
               let found = broken.GetValueOrDefault(one.Key)
               select new Missing(one.Key, one.Value.Version, there, found is null or { Kind: ChainBreakKind.Cut }),
        ];
    }
}

/// <summary>The end of a stream.</summary>
/// <param name="Version">Version of its newest event.</param>
/// <param name="Hash">Hash of that event, in lower-case hex.</param>
public sealed record Tail(long Version, string Hash);

/// <summary>A stream that differs from a checkpoint.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Expected">Version at the checkpoint.</param>
/// <param name="Found">Newest version that is unchanged.</param>
/// <param name="Cut">True when its end is missing, false when it has another history.</param>
public sealed record Missing(string Stream, long Expected, long Found, bool Cut)
{
    /// <summary>Display text, one sentence.</summary>
    public string Text => Cut
        ? $"{Stream}: {Expected - Found} of {Expected} events are missing, from version {Found + 1} on"
        : $"{Stream}: version {Found + 1} differs from the checkpoint";
}
