using System.Globalization;

namespace Orchestrator.Domain.Events;

/// <summary>The first place at which a stream differs from the product's writes.</summary>
/// <param name="Stream">Name of the stream.</param>
/// <param name="Version">First bad version: one above the newest event that fits.</param>
/// <param name="Position">Position of the event found there; 0 where there is none.</param>
/// <param name="Kind">Kind of damage.</param>
public sealed record ChainBreak(string Stream, long Version, long Position, ChainBreakKind Kind)
{
    /// <summary>
    /// An event that does not follow an end. The bad version is the one that should come next, whatever version the event claims.
    /// </summary>
    public static ChainBreak After(ChainEnd end, RecordedEvent found) =>
        new(found.Stream, end.Version + 1, found.Position, ChainBreakKind.Misfit);

    /// <summary>Display text, one sentence.</summary>
    public string Text => Kind switch
    {
        ChainBreakKind.Cut => string.Create(
            CultureInfo.InvariantCulture, $"Stream {Stream} was cut outside of the product: its events from version {Version} on are missing."),
        ChainBreakKind.Other => string.Create(
            CultureInfo.InvariantCulture, $"Stream {Stream} was rewritten outside of the product: its event at version {Version} (position {Position}) differs from the one recorded before."),
        _ => string.Create(
            CultureInfo.InvariantCulture, $"Stream {Stream} was changed outside of the product: its event at version {Version} (position {Position}) does not fit the chain before it."),
    };
}

/// <summary>Kind of damage to a stream.</summary>
public enum ChainBreakKind
{
    /// <summary>An event does not carry the hash that follows from it, or is in another place than its version says.</summary>
    Misfit,

    /// <summary>The stream ends before an event that it had.</summary>
    Cut,

    /// <summary>The chain is whole, but its event differs from the one that was there before.</summary>
    Other,
}
