namespace Orchestrator.Client.Metrics;

/// <summary>Interval of pushes where the orchestrator's clock runs faster than this machine's.</summary>
internal static class Pace
{
    /// <summary>Shortest interval, in real time, at which the orchestrator expects samples.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    /// <summary>Real time between two pushes.</summary>
    /// <param name="interval">The plan's sampling, in orchestrator time.</param>
    /// <param name="speed">Orchestrator seconds in a real second.</param>
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
