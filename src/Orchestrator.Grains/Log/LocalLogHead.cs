namespace Orchestrator.Grains.Log;

/// <summary>The head of a log that is in this process and was never restored.</summary>
internal sealed class LocalLogHead(IEventLog log) : ILogHead
{
    public LogHead Read(TimeSpan limit)
    {
        using var stop = new CancellationTokenSource(limit);
        return new LogHead(1, log.Head(stop.Token).WaitAsync(limit).GetAwaiter().GetResult());
    }
}
