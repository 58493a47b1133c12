using System.Diagnostics;
using Orchestrator.Client;

namespace Orchestrator.Samples.Client;

/// <summary>
/// Guarding by what the business counts, with the plan <c>samples/plans/payment-metrics.yaml</c>: a payment that the bank refuses is a success to HTTP.
/// </summary>
internal sealed class Payments(IRouter router, IRolloutMetrics metrics)
{
    private int _waiting;

    /// <summary>Once, at the start: from here on the plan hears 0 instead of nothing.</summary>
    public void Begin() => metrics.Watch(Flags.NewArchitecture, "payments", "payments_failed");

    public async Task<bool> Pay(User user, Func<bool, Task<bool>> book)
    {
        var answer = router.Route(Flags.NewArchitecture, user);
        var segment = router.SegmentsOf(Flags.NewArchitecture, user);
        metrics.Gauge(answer, null, "payments_waiting", Interlocked.Increment(ref _waiting));
        var (began, paid) = (Stopwatch.GetTimestamp(), false);
        try
        {
            return paid = await book(answer.IsNew);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            metrics.Observe(answer, segment, "booking_time", Stopwatch.GetElapsedTime(began).TotalMilliseconds);

            // The failure before what it is a share of, so that none is hidden.
            metrics.Count(answer, segment, "payments_failed", paid ? 0 : 1);
            metrics.Count(answer, segment, "payments");
        }
    }
}

/// <summary>Guarding what is no HTTP request.</summary>
internal sealed class Measuring(IRouter router, IRolloutMetrics metrics)
{
    public async Task Handle(User user, Func<bool, Task> work)
    {
        metrics.Watch(Flags.NewArchitecture);
        var answer = router.Route(Flags.NewArchitecture, user);
        metrics.Exposure(answer, user);
        var (began, failed) = (Stopwatch.GetTimestamp(), true);
        try
        {
            await work(answer.IsNew);
            failed = false;
        }
        finally
        {
            metrics.Request(answer, router.SegmentsOf(Flags.NewArchitecture, user), Stopwatch.GetElapsedTime(began), failed);
        }
    }
}
