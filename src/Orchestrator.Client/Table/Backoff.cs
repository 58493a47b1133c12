namespace Orchestrator.Client.Table;

/// <summary>How long to wait after failures: twice as long each time up to a limit, and no two clients at once.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="asked">What the server asked for; null for nothing. Bounded: a mistake must not keep a service stale for hours.</param>
    public static TimeSpan After(int failures, TimeSpan? asked = null)
    {
        var pause = First * Math.Pow(2, Math.Min(failures - 1, 10));
        pause = pause < Longest ? pause : Longest;
        return Jittered(asked is { } server && server > pause ? server < Longest * 3 ? server : Longest * 3 : pause);
    }

    /// <summary>Three to five quarters of it, at random.</summary>
    public static TimeSpan Jittered(TimeSpan pause) => pause * (0.75 + (Random.Shared.NextDouble() / 2));
}
