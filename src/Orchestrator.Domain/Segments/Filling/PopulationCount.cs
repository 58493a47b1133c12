namespace Orchestrator.Domain.Segments.Filling;

/// <summary>
/// Evaluated users, and those among them whom the rule of a segment matches. Two counts of a fixed size; stores no user's key.
/// </summary>
public sealed class PopulationCount
{
    private readonly DistinctCount _asked = new();
    private readonly DistinctCount _qualified = new();

    /// <summary>Counts an evaluated user.</summary>
    public void Note(uint hash, bool qualifies)
    {
        _asked.Add(hash);
        if (qualifies)
        {
            _qualified.Add(hash);
        }
    }

    /// <summary>The state, for the place where all nodes' counts are merged.</summary>
    public PopulationReport Report(string rule) => new(rule, _asked.ToBytes(), _qualified.ToBytes());

    /// <summary>Merges another node's count; false when it is none.</summary>
    public bool Merge(PopulationReport report)
    {
        if (DistinctCount.Of(report.Asked) is not { } asked || DistinctCount.Of(report.Qualified) is not { } qualified)
        {
            return false;
        }

        _asked.Merge(asked);
        _qualified.Merge(qualified);
        return true;
    }

    /// <summary>Both numbers.</summary>
    public (long Asked, long Qualified) Estimate()
    {
        var asked = (long)Math.Round(_asked.Estimate());
        return (asked, Math.Min(asked, (long)Math.Round(_qualified.Estimate())));
    }
}

/// <summary>A node's count.</summary>
/// <param name="Rule">Hash of the rule of the count.</param>
/// <param name="Asked">State of the users counted.</param>
/// <param name="Qualified">State of those whom the rule matches.</param>
public sealed record PopulationReport(string Rule, byte[] Asked, byte[] Qualified);
