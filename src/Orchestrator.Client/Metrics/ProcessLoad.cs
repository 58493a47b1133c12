namespace Orchestrator.Client.Metrics;

/// <summary>Load of this process: <c>memory</c> in bytes, <c>cpu</c> as a share of the machine's time since the last reading.</summary>
internal sealed class ProcessLoad(TimeProvider time)
{
    private TimeSpan _used = Environment.CpuUsage.TotalTime;
    private long _at = time.GetTimestamp();

    public Dictionary<string, double> Read()
    {
        var (used, at) = (Environment.CpuUsage.TotalTime, time.GetTimestamp());
        var passed = time.GetElapsedTime(_at, at);
        var gauges = new Dictionary<string, double> { ["memory"] = Environment.WorkingSet };
        if (passed > TimeSpan.Zero)
        {
            gauges["cpu"] = Math.Max(0, (used - _used) / passed / Environment.ProcessorCount);
        }

        (_used, _at) = (used, at);
        return gauges;
    }
}
