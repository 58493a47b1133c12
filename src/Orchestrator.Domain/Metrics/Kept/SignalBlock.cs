using Orchestrator.Domain.Metrics.Windows;

namespace Orchestrator.Domain.Metrics.Kept;

/// <summary>
/// All measurements of a rollout in a time that is over: no later sample changes it. A time without samples is a block without series.
/// </summary>
/// <param name="From">Exclusive start, in Unix milliseconds; 0 for the block that begins with the rollout.</param>
/// <param name="To">Inclusive end, in Unix milliseconds.</param>
/// <param name="Sampling">Milliseconds between two samples of one sender.</param>
public sealed record SignalBlock(long From, long To, long Sampling)
{
    /// <summary>
    /// Most series of a block. Those of all users come first, then those of segments; the rest is not kept.
    /// </summary>
    public const int MostSeries = 2000;

    /// <summary>Counters that some sample of the rollout has carried, up to the end of the block.</summary>
    internal string[] Counters { get; init; } = [];

    /// <summary>The series with their points, ascending by time.</summary>
    internal KeptTrack[] Tracks { get; init; } = [];

    /// <summary>True for the first block after a clock that was ahead was set back: blocks after its start are void.</summary>
    public bool Rewinds { get; init; }

    /// <summary>Number of series that were left out, see <see cref="MostSeries"/>.</summary>
    public int LeftOut { get; init; }

    /// <summary>Points of all series: the cost of a block in memory is some 80 bytes for each.</summary>
    public int Points => Tracks.Sum(track => track.Points.Length);
}

/// <summary>One series of a block.</summary>
internal sealed record KeptTrack(TrackKey Key, Point[] Points);
