namespace Orchestrator.Grains.World;

internal sealed partial class WorldFollower
{
    private volatile TaskCompletionSource _nudge = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Somebody says that the log holds this position: read now. One nudge is one reading, whatever it finds.</summary>
    public void Nudge(long position)
    {
        if (position > _current.Position)
        {
            _nudge.TrySetResult();
        }
    }

    /// <summary>Waits for news of the log, or of somebody who has heard of some.</summary>
    private async Task News(long position, CancellationToken stop)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var nudge = _nudge;
        var news = log.WaitForNews(position, waiting.Token);
        if (await Task.WhenAny(news, nudge.Task) == nudge.Task)
        {
            _nudge = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await waiting.CancelAsync();
            await news.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();
            return;
        }

        await news;
    }
}
