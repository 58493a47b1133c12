namespace Orchestrator.Domain.Segments;

/// <summary>Count of the regular expressions of one segment: those beyond its bound are not made.</summary>
/// <param name="most">The bound.</param>
internal sealed class PatternBudget(int most)
{
    /// <summary>Regular expressions that the segment has, made or not.</summary>
    public int Asked { get; private set; }

    /// <summary>Counts one more; false when it is beyond the bound.</summary>
    public bool Takes() => ++Asked <= most;
}
