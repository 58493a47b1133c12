using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Segments.Filling;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// This process's count of the users evaluated in the environment of a capped segment, and of those whom its rule matches. Outlives the
/// tables while the rule is the same. Counted on the hot path: 32 KiB after the first evaluation, whatever the number.
/// </summary>
public sealed class SegmentTally
{
    private readonly SegmentDefinition _definition;
    private PopulationCount? _count;
    private int _noted;

    internal SegmentTally(SegmentDefinition definition) => _definition = definition;

    /// <summary>The count, if a user was evaluated since it was last taken; else null.</summary>
    public PopulationReport? Take() =>
        Interlocked.Exchange(ref _noted, 0) == 0 ? null : _count!.Report(SegmentDefinitions.RuleHash(_definition));

    /// <summary>Marks the count as due again after a failed delivery.</summary>
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
