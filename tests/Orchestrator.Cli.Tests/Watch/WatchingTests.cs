using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cli.Watch;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>The loop of a watch, on a clock and a server that the test drives.</summary>
public sealed class WatchingTests
{
    private readonly FakeTimeProvider _time = new(Shown.Now);
    private readonly Feed _feed = new();
    private readonly View _view = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    [Fact]
    public async Task News_of_the_stream_are_read_at_once()
    {
        var run = Start();
        await Sees("live", shown => shown.Freshness.Connection == Connection.Live);
        _feed.Change("3b", 50);
        _feed.Tell(42);
        await Sees("the new step", shown => Step(shown) == "3b");
        await Ends(run);
    }

    [Fact]
    public async Task Without_news_numbers_are_read_every_few_seconds()
    {
        var run = Start();
        await Sees("live", shown => shown.Freshness.Connection == Connection.Live);
        _feed.Change("3b", 50);
        await Sees("the new numbers", shown => Step(shown) == "3b");
        await Ends(run);
    }

    [Fact]
    public async Task Without_a_stream_the_rollout_is_polled_and_says_so()
    {
        _feed.StreamGone = true;
        var run = Start();
        await Sees("polled", shown => shown.Freshness.Connection == Connection.Polled);
        _feed.Change("3b", 50);
        await Sees("the new step", shown => Step(shown) == "3b");
        await Ends(run);
    }

    [Fact]
    public async Task Server_that_is_gone_leaves_the_last_answer_with_its_age_until_it_returns()
    {
        var run = Start();
        await Sees("live", shown => shown.Freshness.Connection == Connection.Live);
        _feed.Gone = true;
        _feed.Break();
        var lost = await Sees("the loss", shown => shown.Freshness is { Connection: Connection.Lost, RetryIn: not null });
        Assert.Equal("3a-25", Step(lost));
        Assert.Contains("gone", lost.Freshness.Problem, StringComparison.Ordinal);
        await Sees("the age", shown => shown.Freshness.Age >= TimeSpan.FromSeconds(20));

        _feed.Change("3b", 50);
        _feed.Gone = false;

        // An answer can arrive before the watch has noticed that its first stream ended.
        var back = await Sees("the return", shown => shown.Freshness.Connection == Connection.Live && _feed.Streams == 2);
        Assert.Equal("3b", Step(back));
        Assert.Null(back.Freshness.Problem);
        await Ends(run);
    }

    [Fact]
    public async Task Tries_at_a_server_that_is_gone_are_bounded()
    {
        var run = Start();
        await Sees("live", shown => shown.Freshness.Connection == Connection.Live);
        _feed.Gone = true;
        _feed.Break();
        var before = _feed.Reads;
        await Sees("a long loss", shown => shown.Freshness.Age >= TimeSpan.FromMinutes(5));
        Assert.InRange(_feed.Reads - before, 2, 60);
        await Ends(run);
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("aborted")]
    [InlineData("retired")]
    public async Task Watch_ends_with_the_rollout(string status)
    {
        var run = Start();
        await Sees("live", shown => shown.Freshness.Connection == Connection.Live);
        _feed.Answer["status"] = status;
        _feed.Tell(42);
        await Pass(() => run.IsCompleted);
        Assert.Equal(ExitCode.Success, await run);
        Assert.Equal(status, (string?)JsonNode.Parse(_view.Last!.Rollout.GetRawText())!["status"]);
        Assert.True(_feed.StreamEnded);
    }

    [Fact]
    public async Task Rollback_does_not_end_the_watch()
    {
        var run = Start();
        _feed.Answer["status"] = "rolledBack";
        _feed.Tell(42);
        await Sees("the rollback", shown => shown.Rollout.GetProperty("status").GetString() == "rolledBack");
        await Sees("more", shown => shown.Freshness.Connection == Connection.Live);
        Assert.False(run.IsCompleted);
        await Ends(run);
    }

    [Fact]
    public async Task First_answer_that_fails_ends_the_run_before_anything_is_shown()
    {
        _feed.Gone = true;
        await Assert.ThrowsAsync<Failure>(Start);
        Assert.Equal((0, false), (_view.Shows, _view.Ended));
    }

    [Fact]
    public async Task Key_ends_the_watch_without_an_error()
    {
        using var key = new CancellationTokenSource();
        using var watching = new Watching(_feed, _view, _time, new Random(1));
        var run = watching.Run(_stop.Token, () => key.Token);
        await Sees("live", shown => shown.Freshness.Connection == Connection.Live);
        await key.CancelAsync();
        Assert.Equal(ExitCode.Success, await run);
        Assert.True(_view.Ended);
    }

    private async Task<ExitCode> Start()
    {
        using var watching = new Watching(_feed, _view, _time, new Random(1));
        return await watching.Run(_stop.Token);
    }

    private static string? Step(RolloutShown shown) => shown.Rollout.GetProperty("step").GetString();

    private async Task<RolloutShown> Sees(string what, Func<RolloutShown, bool> condition)
    {
        await Pass(() => _view.Newest is { } shown && condition(shown), what);
        return _view.Newest!;
    }

    /// <summary>Lets time pass in small pieces until the condition holds.</summary>
    private Task Pass(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Eventually.Until(
        what, () => Task.FromResult(condition()), held => held, meanwhile: async _ =>
        {
            await Task.Yield();
            _time.Advance(TimeSpan.FromMilliseconds(250));
        });

    private async Task Ends(Task<ExitCode> run)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.True(_view.Ended);
        Assert.True(_feed.StreamEnded);
    }

    private sealed class View : IWatchView
    {
        public RolloutShown? Newest { get; private set; }

        public RolloutShown? Last { get; private set; }

        public int Shows { get; private set; }

        public bool Ended { get; private set; }

        public TimeSpan? Tick { get; } = TimeSpan.FromSeconds(1);

        public void Show(RolloutShown shown) => (Newest, Shows) = (shown, Shows + 1);

        public void End(RolloutShown? last) => (Last, Ended) = (last, true);

        public void Dispose()
        {
        }
    }

    private sealed class Feed : IRolloutFeed
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action<long?>? _news;

        public JsonObject Answer { get; } = Shown.Rollout();

        public bool Gone { get; set; }

        public bool StreamGone { get; set; }

        public int Reads { get; private set; }

        public int Streams { get; private set; }

        public bool StreamEnded => _news is null;

        public void Change(string step, int percentage)
        {
            lock (_lock)
            {
                (Answer["step"], Answer["percentage"]) = (step, percentage);
            }
        }

        public void Tell(long position) => _news?.Invoke(position);

        public void Break()
        {
            var broken = _broken;
            _broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            broken.SetException(new IOException("broken"));
        }

        public Task<JsonElement> Rollout(CancellationToken stop)
        {
            Reads++;
            lock (_lock)
            {
                return Answered(Answer);
            }
        }

        public Task<JsonElement> Schedule(CancellationToken stop) => Answered(Shown.Schedule());

        public Task<JsonElement> Preview(string plan, string revision, CancellationToken stop) => Answered(Shown.Preview());

        public Task<(DateTimeOffset Now, double Speed)> Clock(CancellationToken stop) => Task.FromResult((Shown.Now, 1.0));

        public async Task News(long? after, Action<long?> news, CancellationToken stop)
        {
            if (Gone || StreamGone)
            {
                throw new HttpRequestException("gone");
            }

            Streams++;
            _news = news;
            try
            {
                news(null);
                await _broken.Task.WaitAsync(stop);
            }
            finally
            {
                _news = null;
            }
        }

        private Task<JsonElement> Answered(JsonNode answer) => Gone
            ? Task.FromException<JsonElement>(new Failure(ExitCode.Unreachable, "The server is gone."))
            : Task.FromResult(Shown.Element(answer));
    }
}
