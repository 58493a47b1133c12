using Orchestrator.Samples.Chat.Paths;

namespace Orchestrator.Samples.Chat.Metering;

/// <summary>
/// Asks a path whether it works by using it: a few messages of known outcome. Also measures what it costs.
/// Probes are nobody's requests and are not counted as such.
/// </summary>
internal static class Probe
{
    private const int Messages = 10;
    private static readonly Incoming Known = new("probe", "probe", "/me asks @you & waits");

    public static async Task<bool> WorksAsync(MeteredPath path, CancellationToken stop)
    {
        try
        {
            var all = Enumerable.Range(0, Messages)
                .Select(_ => path.HandleAsync(Known, null, static () => null, stop, timed: true).AsTask());
            var messages = await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(2), stop);
            return messages.All(m => m is { Kind: "action", Text: "asks @you &amp; waits", Mentions: ["you"] });
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
