namespace Orchestrator.Grains.World.Snapshots;

/// <summary>The choice of snapshots that are kept when there is no room for all.</summary>
internal static class SnapshotLadder
{
    /// <summary>
    /// Index of the snapshot to delete: the one whose absence leaves the smallest gap, never the newest. The rest stays evenly spaced, so
    /// that each moment of the past is about as far from the snapshot before it.
    /// </summary>
    /// <param name="positions">Ascending; at least two.</param>
    public static int Victim(IReadOnlyList<long> positions)
    {
        var (victim, smallest) = (0, long.MaxValue);
        for (var i = 0; i < positions.Count - 1; i++)
        {
            var gap = positions[i + 1] - (i == 0 ? 0 : positions[i - 1]);
            if (gap < smallest)
            {
                (victim, smallest) = (i, gap);
            }
        }

        return victim;
    }
}
