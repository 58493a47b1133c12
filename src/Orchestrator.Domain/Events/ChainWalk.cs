using System.Collections.Immutable;

namespace Orchestrator.Domain.Events;

/// <summary>
/// A walk over events in the order of the log that computes the chain of every stream. A stream that breaks is left at its last good event;
/// no event after the break is trusted.
/// </summary>
/// <param name="known">Ends that streams must pass on the way, by stream: from an earlier reading or from a checkpoint. Null for none.</param>
public sealed class ChainWalk(IReadOnlyDictionary<string, ChainEnd>? known = null)
{
    private readonly Dictionary<string, ChainEnd> _ends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChainBreak> _breaks = new(StringComparer.Ordinal);

    /// <summary>Events walked over.</summary>
    public long Events { get; private set; }

    /// <summary>Position of the newest event walked over; 0 before the first.</summary>
    public long Position { get; private set; }

    /// <summary>Streams met.</summary>
    public int Streams => _ends.Keys.Union(_breaks.Keys).Count();

    /// <summary>Ends of the streams, as far as each fits.</summary>
    public IReadOnlyDictionary<string, ChainEnd> Ends => _ends;

    /// <summary>Takes the next event of the log.</summary>
    public void Add(RecordedEvent next)
    {
        Events++;
        Position = next.Position;
        if (_breaks.ContainsKey(next.Stream))
        {
            return;
        }

        if (!_ends.GetValueOrDefault(next.Stream, ChainEnd.Origin).IsFollowedBy(next))
        {
            Break(next, ChainBreakKind.Misfit);
        }
        else if (known?.GetValueOrDefault(next.Stream) is { } before && before.Version == next.Version
            && !before.Hash.Span.SequenceEqual(next.Hash.Span))
        {
            Break(next, ChainBreakKind.Other);
        }
        else
        {
            _ends[next.Stream] = ChainEnd.Of(next);
        }
    }

    /// <summary>
    /// Every stream that differs from the product's writes, in the order of their names; at the end of the walk also those that end too
    /// early.
    /// </summary>
    public ImmutableArray<ChainBreak> Breaks() =>
    [
        .. _breaks.Values
            .Concat(
                from one in known ?? ImmutableDictionary<string, ChainEnd>.Empty
                where !_breaks.ContainsKey(one.Key)
                let end = _ends.GetValueOrDefault(one.Key, ChainEnd.Origin).Version
                where end < one.Value.Version
                select new ChainBreak(one.Key, end + 1, 0, ChainBreakKind.Cut))
            .OrderBy(one => one.Stream, StringComparer.Ordinal),
    ];

    private void Break(RecordedEvent at, ChainBreakKind kind) =>
        _breaks[at.Stream] = ChainBreak.After(_ends.GetValueOrDefault(at.Stream, ChainEnd.Origin), at) with { Kind = kind };
}
