using System.Diagnostics;
using Orchestrator.Client;

namespace Orchestrator.Samples.Client;

/// <summary>
/// Guards a rollout by counts of the business, with the plan <c>samples/plans/payment-metrics.yaml</c>: a payment that the bank refuses is
/// a success to HTTP.
/// </summary>
internal sealed class Payments(IRolloutRouter router, IRolloutMetrics metrics)
{
    private int _waiting;

    /// <summary>Called once, at the start: from here on the counters are reported as 0 and not as silence.</summary>
    public void Begin() => metrics.Watch(Flags.NewArchitecture, "payments", "payments_failed");

    public async Task<bool> Pay(RolloutUser user, Func<bool, Task<bool>> book)
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

            // Count the failure before the event that it is a share of, so that no failure is hidden.
            metrics.Count(answer, segment, "payments_failed", paid ? 0 : 1);
            metrics.Count(answer, segment, "payments");
        }
    }
}

/// <summary>Guards work that is no HTTP request.</summary>
internal sealed class Measuring(IRolloutRouter router, IRolloutMetrics metrics)
{
    public async Task Handle(RolloutUser user, Func<bool, Task> work)
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
