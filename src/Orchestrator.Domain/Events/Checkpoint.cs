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

    /// <summary>What the log lacks of it or says otherwise, by stream; empty when all of it is there.</summary>
    /// <param name="found">The hash, in hex, of an event of the log; null when there is none.</param>
    /// <param name="version">Newest version of a stream in the log; 0 without.</param>
    public ImmutableArray<Missing> Against(Func<string, long> version, Func<string, long, string?> found) =>
    [
        .. from one in Streams
           let there = version(one.Key)
           let cut = there < one.Value.Version
           where cut || found(one.Key, one.Value.Version) != one.Value.Hash
           select new Missing(one.Key, one.Value.Version, there, cut),
    ];
}

/// <summary>The end of a stream.</summary>
/// <param name="Version">Of its newest event.</param>
/// <param name="Hash">Of the same, in lower-case hex.</param>
public sealed record Tail(long Version, string Hash);

/// <summary>A stream that is not as a checkpoint had it.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Expected">Version at the checkpoint.</param>
/// <param name="Found">Version now.</param>
/// <param name="Cut">True when its end is missing, false when it is another history.</param>
public sealed record Missing(string Stream, long Expected, long Found, bool Cut)
{
    /// <summary>One sentence.</summary>
    public string Text => Cut
        ? $"{Stream}: {Expected - Found} of {Expected} events are missing, from version {Found + 1} on"
        : $"{Stream}: version {Expected} is another event than at the checkpoint";
}
