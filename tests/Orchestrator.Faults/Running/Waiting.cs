using Orchestrator.Faults.Recording;

namespace Orchestrator.Faults.Running;

/// <summary>Waits for a condition outside of this process.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Polls until it holds; returns the time it took. Fails with that sentence after a timeout.</summary>
    public static async Task<TimeSpan> Until(Func<Task<bool>> holds, string what, TimeSpan patience)
    {
        var began = System.Diagnostics.Stopwatch.StartNew();
        Exception? last = null;
        while (began.Elapsed < patience)
        {
            try
            {
                if (await holds())
                {
                    return began.Elapsed;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                last = e;
            }

            await Task.Delay(Pause);
        }

        throw new ScenarioFailedException($"not within {patience.TotalSeconds:0} s: {what}{(last is null ? "" : $" ({last.Message})")}");
    }
}
