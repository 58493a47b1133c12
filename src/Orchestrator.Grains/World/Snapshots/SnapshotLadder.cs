namespace Orchestrator.Grains.World.Snapshots;

/// <summary>The choice of snapshots that are kept when there is no room for all.</summary>
internal static class SnapshotLadder
{
    /// <summary>Parts in which snapshots divide a log without gaps: half of the most that are kept.</summary>
    private const int Steps = SnapshotSettings.Most / 2;

    /// <summary>
    /// The first gap of more than twice the usual distance: the snapshot before it (0 for the empty world), and the place in it for another
    /// one. Null for none.
    /// </summary>
    /// <param name="positions">Ascending.</param>
    /// <param name="settings">Sizes.</param>
    public static (long From, long At)? Gap(IReadOnlyList<long> positions, SnapshotSettings settings)
    {
        var step = Math.Max(settings.First, positions.LastOrDefault() / Steps);
        for (var i = 0; i < positions.Count; i++)
        {
            var from = i == 0 ? 0 : positions[i - 1];
            if (positions[i] - from > 2 * step)
            {
                return (from, Math.Max(from + step, settings.After(from)));
            }
        }

        return null;
    }

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
