using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Tests.Frame;

public sealed class RefreshTests
{
    private static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    [Fact]
    public async Task Refreshes_take_half_of_the_processors_and_one_that_waits_takes_none()
    {
        var answer = new TaskCompletionSource();
        var (running, most, waiting) = (0, 0, 0);
        var refreshes = Enumerable.Range(0, 20).Select(_ => Refreshes.Continue(Request("GET", live: true), async _ =>
        {
            Work();
            Interlocked.Increment(ref waiting);
            await answer.Task;
            Work();
        })).ToArray();

        await Eventually.Until("all of them wait", () => Task.FromResult(Volatile.Read(ref waiting)), n => n == refreshes.Length);
        answer.SetResult();
        await Task.WhenAll(refreshes);

        Assert.InRange(most, 1, AtOnce);

        void Work()
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            Thread.SpinWait(200_000);
            Interlocked.Decrement(ref running);
        }
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("POST", true)]
    public void Opened_page_and_form_go_on_at_once(string method, bool live)
    {
        var on = 0;

        var answered = Refreshes.Continue(Request(method, live), _ =>
        {
            on = Environment.CurrentManagedThreadId;
            return Task.CompletedTask;
        });

        Assert.True(answered.IsCompleted);
        Assert.Equal(Environment.CurrentManagedThreadId, on);
    }

    [Fact]
    public async Task Refresh_whose_client_is_gone_is_not_made()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var http = Request("GET", live: true);
        http.RequestAborted = gone.Token;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Refreshes.Continue(http, _ => throw new InvalidOperationException("It was made.")));
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); seen < now;)
        {
            seen = Interlocked.CompareExchange(ref most, now, seen) is var found && found == seen ? now : found;
        }
    }

    private static DefaultHttpContext Request(string method, bool live)
    {
        var http = new DefaultHttpContext { Request = { Method = method } };
        if (live)
        {
            http.Request.Headers[Refreshes.Header] = "1";
        }

        return http;
    }
}
