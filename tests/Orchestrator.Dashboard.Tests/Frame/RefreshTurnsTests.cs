using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Tests.Frame;

/// <summary>Open pages that load themselves again leave processors to evaluations, and delay no person.</summary>
public sealed class RefreshTurnsTests
{
    private readonly RefreshTurns _turns = new(1, Timeout.InfiniteTimeSpan);
    private readonly TaskCompletionSource _rendered = new();

    [Fact]
    public async Task Refresh_waits_for_the_one_before_it_and_an_opened_page_and_a_form_do_not()
    {
        var first = Render(_turns, "GET", live: true);
        var second = Render(_turns, "GET", live: true);
        var opened = Render(_turns, "GET", live: false);
        var form = Render(_turns, "POST", live: true);
        Assert.Equal((true, false, true, true), (first.Begun, second.Begun, opened.Begun, form.Begun));

        _rendered.SetResult();
        await Task.WhenAll(first.Done, second.Done, opened.Done, form.Done);
        Assert.True(second.Begun);
    }

    [Fact]
    public async Task Refresh_of_a_reader_who_has_gone_is_not_rendered()
    {
        using var gone = new CancellationTokenSource();
        var first = Render(_turns, "GET", live: true);
        var second = Render(_turns, "GET", live: true, gone.Token);
        await gone.CancelAsync();
        await second.Done;
        Assert.False(second.Begun);
        _rendered.SetResult();
        await first.Done;
        await Render(_turns, "GET", live: true).Done;
    }

    [Fact]
    public async Task Refresh_goes_without_a_turn_when_it_has_waited_long_enough()
    {
        var turns = new RefreshTurns(1, TimeSpan.Zero);
        var (first, second) = (Render(turns, "GET", live: true), Render(turns, "GET", live: true));
        Assert.True(second.Begun);
        _rendered.SetResult();
        await Task.WhenAll(first.Done, second.Done);
        var (third, fourth) = (Render(turns, "GET", live: true), Render(turns, "GET", live: true));
        await Task.WhenAll(third.Done, fourth.Done);
    }

    private Rendering Render(RefreshTurns turns, string method, bool live, CancellationToken gone = default)
    {
        var http = new DefaultHttpContext { RequestAborted = gone };
        http.Request.Method = method;
        if (live)
        {
            http.Request.Headers[RefreshTurns.Header] = "1";
        }

        var rendering = new Rendering();
        rendering.Done = turns.Take(http, _ =>
        {
            rendering.Begun = true;
            return _rendered.Task;
        });
        return rendering;
    }

    private sealed class Rendering
    {
        public bool Begun { get; set; }

        public Task Done { get; set; } = Task.CompletedTask;
    }
}
