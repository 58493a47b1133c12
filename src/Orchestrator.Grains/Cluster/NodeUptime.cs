using System.Diagnostics;

namespace Orchestrator.Grains.Cluster;

/// <summary>Time since this process was composed, on the monotonic clock: real time, whatever any wall clock says.</summary>
public sealed class NodeUptime
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public TimeSpan Now => Stopwatch.GetElapsedTime(_started);
}
