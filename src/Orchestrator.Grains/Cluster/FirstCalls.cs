using System.Diagnostics;
using Orleans.Runtime;

namespace Orchestrator.Grains.Cluster;

/// <summary>
/// Calls to grains while a process starts. The membership may still name processes that died just before, at the same address even, and what is
/// sent to one of those is refused at once. That must not end the process that has come in its place.
/// </summary>
public static class FirstCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    /// <summary>Calls until the call is delivered. A refused one was not, so nothing is done twice. After a minute the refusal is thrown.</summary>
    /// <param name="call">The call.</param>
    /// <param name="stop">Ends the waiting.</param>
    public static async Task<T> Deliver<T>(Func<Task<T>> call, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (OrleansMessageRejectionException) when (Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Between, stop);
            }
        }
    }
}
