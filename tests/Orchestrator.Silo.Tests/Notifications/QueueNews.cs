using System.Diagnostics.Metrics;

namespace Orchestrator.Silo.Tests.Notifications;

/// <summary>Hears when a channel's queue of any silo in this process has changed, by what the product counts of it.</summary>
internal static class QueueNews
{
    private static readonly MeterListener Listener = new();
    private static volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    static QueueNews()
    {
        Listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Orchestrator", Name: "orchestrator.notifications" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        Listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
            Interlocked.Exchange(ref _next!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult());
        Listener.Start();
    }

    /// <summary>Completes with the next change.</summary>
    public static Task Next() => _next.Task;
}
