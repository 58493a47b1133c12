using Microsoft.Extensions.Time.Testing;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Tests;

/// <summary>Time stands still unless a test moves it, so a wake-up says which of the two ways it came.</summary>
public sealed class AppendSignalTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_signal_wakes_every_follower_without_any_time_passing()
    {
        var signal = new AppendSignal(_time, head: 7);
        Task[] waiting = [signal.WaitFor(7, CancellationToken.None), signal.WaitFor(7, CancellationToken.None)];
        Assert.All(waiting, w => Assert.False(w.IsCompleted));

        signal.Publish(8);

        await Task.WhenAll(waiting).WaitAsync(Some.Patience);
    }

    [Fact]
    public async Task The_poll_wakes_after_a_second_without_any_signal()
    {
        var waiting = new AppendSignal(_time, head: 7).WaitFor(7, CancellationToken.None);

        _time.Advance(AppendSignal.Poll - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await waiting.WaitAsync(Some.Patience);
    }

    [Fact]
    public void One_who_is_behind_does_not_wait() =>
        Assert.True(new AppendSignal(_time, head: 7).WaitFor(6, CancellationToken.None).IsCompletedSuccessfully);

    [Fact]
    public void A_head_never_goes_back()
    {
        var signal = new AppendSignal(_time, head: 7);
        signal.Publish(9);
        signal.Publish(8);

        Assert.True(signal.WaitFor(8, CancellationToken.None).IsCompletedSuccessfully);
        Assert.False(signal.WaitFor(9, CancellationToken.None).IsCompleted);
    }
}
