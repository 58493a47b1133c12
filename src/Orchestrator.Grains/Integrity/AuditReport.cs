using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.Integrity;

/// <summary>Result of a verification of the log.</summary>
/// <param name="Events">Events verified.</param>
/// <param name="Streams">Streams among them.</param>
/// <param name="Position">Position of the newest of them; 0 for none.</param>
/// <param name="Broken">First break of each changed stream, in the order of their names.</param>
public sealed record AuditReport(long Events, int Streams, long Position, ImmutableArray<ChainBreak> Broken)
{
    /// <summary>The break at the lowest position; one without a position when there is no other; null for an intact log.</summary>
    public ChainBreak? First => Broken.OrderBy(one => one.Position == 0).ThenBy(one => one.Position).FirstOrDefault();
}
