namespace Orchestrator.Client.Metrics;

/// <summary>Interval of pushes where the orchestrator's clock runs faster than ours.</summary>
internal static class Pace
{
    /// <summary>At a faster clock samples are never expected more often than this in real time.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    /// <summary>Real time between two pushes.</summary>
    /// <param name="interval">The plan's sampling, in orchestrator time.</param>
    /// <param name="speed">Orchestrator seconds in a real one.</param>
    public static TimeSpan Of(TimeSpan interval, double speed)
    {
        if (speed <= 1 || interval <= Shortest)
        {
            return interval;
        }

        var scaled = interval / speed;
        return scaled < Shortest ? Shortest : scaled;
    }
}
