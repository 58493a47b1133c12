using Microsoft.Extensions.Time.Testing;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Tests.Postgres;

public sealed class ListenerTests(SharedServer shared)
{
    [Fact]
    public async Task The_call_of_another_process_wakes_a_follower_without_any_poll()
    {
        await using var writer = await OpenLog.On(await shared.Database());
        var signal = new AppendSignal(new FakeTimeProvider(), head: 0);
        await using var listener = Listener.Start(writer.Store.Settings, signal, Timeout.InfiniteTimeSpan);
        var stream = Some.Stream();
        await writer.Log.Appended(stream, 0, Some.Events(1));
        await signal.WaitFor(0, CancellationToken.None).WaitAsync(Some.Patience);

        // It has looked once; nothing but the call can make it look again.
        await writer.Log.Appended(stream, 1, Some.Events(1));

        await signal.WaitFor(1, CancellationToken.None).WaitAsync(Some.Patience);
    }
}
