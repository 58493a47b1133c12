using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Orchestrator.Domain.Events;

/// <summary>
/// Where every stream of the log ended at a moment. Kept outside of the log, it finds what the hash chain alone cannot: a tail that was cut
/// off, and, after a restore of a backup, what is missing.
/// </summary>
/// <param name="Timeline">Timeline of the log.</param>
/// <param name="Position">Position of the newest event in it.</param>
/// <param name="At">When it was taken.</param>
/// <param name="Streams">The end of each stream, by name.</param>
public sealed record Checkpoint(long Timeline, long Position, DateTimeOffset At, ImmutableSortedDictionary<string, Tail> Streams)
{
    /// <summary>Of a log without events: every log has all of it.</summary>
    public static readonly Checkpoint Nothing = new(0, 0, DateTimeOffset.MinValue, ImmutableSortedDictionary<string, Tail>.Empty);

    /// <summary>What a signature covers: one line for each fact, in a fixed order, UTF-8.</summary>
    public byte[] Canonical()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"checkpoint {Timeline} {Position} {At.UtcTicks}\n");
        foreach (var (stream, tail) in Streams)
        {
            text.Append(CultureInfo.InvariantCulture, $"{stream.Length} {stream} {tail.Version} {tail.Hash}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The ends that a walk over the log must meet, by stream.</summary>
    public IReadOnlyDictionary<string, ChainEnd> Ends() =>
        Streams.ToDictionary(one => one.Key, one => new ChainEnd(one.Value.Version, Convert.FromHexString(one.Value.Hash)), StringComparer.Ordinal);

    /// <summary>What the log lacks of it or says otherwise, by stream; empty when all of it is there.</summary>
    /// <param name="ends">How far each stream of the log fits its own chain and this checkpoint.</param>
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
/// <param name="Version">Of its newest event.</param>
/// <param name="Hash">Of the same, in lower-case hex.</param>
public sealed record Tail(long Version, string Hash);

/// <summary>A stream that is not as a checkpoint had it.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Expected">Version at the checkpoint.</param>
/// <param name="Found">Newest version that is as it was.</param>
/// <param name="Cut">True when its end is missing, false when it is another history.</param>
public sealed record Missing(string Stream, long Expected, long Found, bool Cut)
{
    /// <summary>One sentence.</summary>
    public string Text => Cut
        ? $"{Stream}: {Expected - Found} of {Expected} events are missing, from version {Found + 1} on"
        : $"{Stream}: version {Found + 1} is another event than at the checkpoint";
}
