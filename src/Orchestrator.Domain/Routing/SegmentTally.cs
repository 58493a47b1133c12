using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Segments.Filling;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// This process's count of the users who asked in the environment of a capped segment, and of those whom its rule matches. Outlives the tables while the rule is the same. Counted on
/// the hot path: 32 KiB once somebody asked, whatever number does.
/// </summary>
public sealed class SegmentTally
{
    private readonly SegmentDefinition _definition;
    private PopulationCount? _count;
    private int _noted;

    internal SegmentTally(SegmentDefinition definition) => _definition = definition;

    /// <summary>The count, if anybody asked since it was last taken; null when nobody did.</summary>
    public PopulationReport? Take() =>
        Interlocked.Exchange(ref _noted, 0) == 0 ? null : _count!.Report(SegmentDefinitions.RuleHash(_definition));

    /// <summary>It could not be delivered: it is due again.</summary>
    public void Keep() => Volatile.Write(ref _noted, 1);

    internal void Note(uint hash, bool qualifies)
    {
        (_count ?? Begin()).Note(hash, qualifies);
        if (Volatile.Read(ref _noted) == 0)
        {
            Volatile.Write(ref _noted, 1);
        }
    }

    private PopulationCount Begin() => Interlocked.CompareExchange(ref _count, new PopulationCount(), null) ?? _count;
}
