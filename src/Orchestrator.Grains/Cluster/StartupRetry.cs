using System.Diagnostics;

namespace Orchestrator.Grains.Cluster;

/// <summary>
/// Retries calls to grains while a process starts. The membership may still list processes that died just before, even at the same address,
/// and a call to one of those is refused at once. That must not end the process that replaces it.
/// </summary>
public static class StartupRetry
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Retries until the call is delivered. A refused call was not delivered, so nothing runs twice. After a minute the refusal is thrown.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="stop">Ends the waiting.</param>
    public static async Task<T> Run<T>(Func<Task<T>> call, CancellationToken stop)
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
