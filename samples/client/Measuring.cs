using System.Diagnostics;
using Orchestrator.Client;

namespace Orchestrator.Samples.Client;

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
