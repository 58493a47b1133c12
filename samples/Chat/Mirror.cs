using System.Diagnostics;
using Orchestrator.Samples.Chat.Metering;
using Orchestrator.Samples.Chat.Paths;
using Orchestrator.Samples.Chat.Rooms;

namespace Orchestrator.Samples.Chat;

/// <summary>
/// Runs the new path on a copy of what legacy answered and compares. Nobody waits for it and nothing it makes is delivered.
/// </summary>
internal sealed class Mirror(ChatPaths paths, Meters meters)
{
    private readonly SemaphoreSlim _room = new(256);

    public void Copy(Incoming incoming, string? region, ChatMessage answered)
    {
        if (!_room.Wait(0))
        {
            meters.Shadow.Add("skipped");
            return;
        }

        _ = Task.Run(() => CompareAsync(incoming, region, answered));
    }

    private async Task CompareAsync(Incoming incoming, string? region, ChatMessage answered)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var message = await paths.Shadow.HandleAsync(incoming, region, () => answered.Sequence - 1, CancellationToken.None);
            meters.Shadow.Finished(Stopwatch.GetElapsedTime(started), failed: false);
            meters.Shadow.Add("comparisons");
            meters.Shadow.Add("mismatches", message.SameAs(answered) ? 0 : 1);
        }
        catch (Exception)
        {
            // Whatever the new path throws is exactly what the shadow phase is there to count.
            meters.Shadow.Finished(Stopwatch.GetElapsedTime(started), failed: true);
        }
        finally
        {
            _room.Release();
        }
    }
}
