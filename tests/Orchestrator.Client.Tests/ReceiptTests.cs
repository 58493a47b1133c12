using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Client.Metrics;
using Orchestrator.Client.Table;

namespace Orchestrator.Client.Tests;

/// <summary>News that a service gets of samples that did not count.</summary>
public sealed class ReceiptTests
{
    private const string Taken = """{"accepted":2,"rejected":0}""";
    private const string Refused = """{"accepted":1,"rejected":1,"errors":[{"path":"samples[1].at","message":"is 12m old"}]}""";

    [Theory]
    [InlineData(202, Taken, 0, null)]
    [InlineData(202, """{"accepted":2,"rejected":0,"warnings":[{"path":"samples","message":"The rollout is retired: samples are not judged."}]}""", 0, null)]
    [InlineData(202, Refused, 1, "samples[1].at: is 12m old")]
    [InlineData(202, """{"accepted":0,"rejected":2}""", 2, "no reason given")]
    [InlineData(200, "<html>Welcome to the hotel</html>", 2, "without the number of accepted samples: is it an orchestrator?")]
    [InlineData(204, "", 2, "without the number of accepted samples: is it an orchestrator?")]
    [InlineData(200, "[]", 2, "is it an orchestrator?")]
    [InlineData(202, """{"accepted":"2"}""", 2, "is it an orchestrator?")]
    [InlineData(302, "", 2, "redirects are not followed")]
    [InlineData(404, """{"title":"Not found","detail":"There is no rollout r1."}""", 2, "the server answered 404: There is no rollout r1.")]
    [InlineData(413, "too large", 2, "the server answered 413")]
    public async Task Answer_says_what_is_lost_and_why(int status, string body, int lost, string? reason)
    {
        await using var pusher = new Pushing((_, _) => Answer(status, body));

        await pusher.Push();

        Assert.Equal(lost, pusher.Meters.Lost);
        if (reason is null)
        {
            Assert.Empty(pusher.Log);
            return;
        }

        var (level, text) = Assert.Single(pusher.Log);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains(reason, text, StringComparison.Ordinal);
        Assert.Contains($"{lost} of 2 samples of rollout r1 were refused and are lost", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warning_comes_once_and_again_after_a_push_was_taken()
    {
        await using var pusher = new Pushing((n, _) => Answer(202, n == 3 ? Taken : Refused));
        for (var i = 0; i < 4; i++)
        {
            await pusher.Push();
        }

        Assert.Equal(3, pusher.Meters.Lost);
        Assert.Equal([LogLevel.Warning, LogLevel.Information, LogLevel.Warning], pusher.Log.Select(one => one.Level));
        Assert.Contains("this process lost 2 samples in all", pusher.Log.ElementAt(1).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_reason_is_cut()
    {
        await using var pusher = new Pushing((_, _) => Answer(202, $$"""{"accepted":0,"rejected":2,"errors":[{"path":"samples[0]","message":"{{new string('x', 5000)}}"}]}"""));

        await pusher.Push();

        Assert.InRange(Assert.Single(pusher.Log).Text.Length, 300, 500);
    }

    [Fact]
    public async Task Own_series_that_nothing_reads_is_named_once_and_those_of_the_client_are_not()
    {
        await using var pusher = new Pushing((_, _) => Answer(202, """
            {"accepted":2,"rejected":0,"warnings":[
              {"path":"samples[0].counters.shop.paymants","message":"Not kept: no metric of the plan reads 'shop.paymants'."},
              {"path":"samples[0].counters.exposures","message":"Not kept: no metric of the plan reads 'exposures'."}]}
            """));
        pusher.Meters.Watch("flag", "shop.paymants");

        await pusher.Push();
        await pusher.Push();

        Assert.Equal(
            "Series shop.paymants of rollout r1 is pushed but not read: Not kept: no metric of the plan reads 'shop.paymants'.",
            Assert.Single(pusher.Log).Text);
        Assert.Equal(0, pusher.Meters.Lost);
    }

    [Fact]
    public async Task Name_that_cannot_be_counted_is_in_the_log()
    {
        await using var pusher = new Pushing((_, _) => Answer(202, Taken));
        pusher.Meters.Watch("flag", "requests");

        await pusher.Push();

        Assert.Equal("Series 'requests' is not counted: the client reports a series of that name itself", Assert.Single(pusher.Log).Text);
    }

    [Theory]
    [InlineData(1, 15, true)]
    [InlineData(60, 0.5, false)]
    [InlineData(10, 1.5, false)]
    [InlineData(0.5, 15, false)]
    public async Task Speed_of_the_servers_clock_sets_the_interval_and_the_use_of_times(double speed, double seconds, bool stamped)
    {
        await using var pusher = new Pushing((_, _) => Answer(202, Taken), speed);

        await pusher.Push();
        await pusher.Start();

        Assert.Equal(stamped, Assert.Single(pusher.Bodies).Contains("\"at\":", StringComparison.Ordinal));
        await Eventually.Until(() => pusher.Period is not null);
        Assert.Equal(TimeSpan.FromSeconds(seconds), pusher.Period);
    }

    [Fact]
    public async Task Clock_that_changes_its_speed_changes_the_pace_with_the_next_push()
    {
        await using var pusher = new Pushing((_, _) => Answer(202, Taken));
        await pusher.Start();
        await Eventually.Until(() => pusher.Period == TimeSpan.FromSeconds(15));

        pusher.Learn(speed: 60);
        pusher.Pass(TimeSpan.FromSeconds(15));

        await Eventually.Until(() => pusher.Period == TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task Shadow_samples_have_the_memory_of_the_process_and_nothing_of_http()
    {
        await using var pusher = new Pushing((_, _) => Answer(202, Taken));
        pusher.Meters.Shadow("flag", TimeSpan.FromMilliseconds(20.2), same: false);

        await pusher.Push();

        var shadow = JsonElement.Parse(Assert.Single(pusher.Bodies)).GetProperty("samples").EnumerateArray()
            .Single(one => one.GetProperty("traffic").GetString() == "shadow");
        Assert.True(shadow.GetProperty("gauges").GetProperty("memory").GetDouble() > 0);
        Assert.Equal(["comparisons", "errors", "mismatches", "requests"], shadow.GetProperty("counters").EnumerateObject().Select(one => one.Name).Order());
        Assert.Equal(20.25, shadow.GetProperty("histograms").GetProperty("response_time").GetProperty("bounds")[0].GetDouble());
    }

    [Theory]
    [InlineData(15, 1, 15)]
    [InlineData(15, 0.1, 15)]
    [InlineData(15, 10, 1.5)]
    [InlineData(15, 30, 0.5)]
    [InlineData(15, 604_800, 0.5)]
    [InlineData(0.2, 60, 0.2)]
    public void Pace_is_that_of_samples_at_a_fast_clock(double interval, double speed, double pace) =>
        Assert.Equal(TimeSpan.FromSeconds(pace), Pace.Of(TimeSpan.FromSeconds(interval), speed));

    private static HttpResponseMessage Answer(int status, string body) => new((HttpStatusCode)status) { Content = new StringContent(body) };

    /// <summary>The pusher on the test's time, before a server of the test's.</summary>
    private sealed class Pushing : IAsyncDisposable
    {
        private readonly Periods _time = new();
        private readonly TableHolder _holder;
        private readonly MetricsPusher _pusher;
        private readonly Recorder _log = new();

        public Pushing(Func<int, string, HttpResponseMessage> answer, double speed = 1)
        {
            _holder = new TableHolder(_time);
            Learn(speed);
            Meters = new Meters(_holder, counts: true);
            Meters.Watch("flag");
            var options = new OrchestratorOptions { Url = new Uri("http://orchestrator"), Key = "k", IngestKey = "i", Handler = () => new Server(this, answer) };
            _pusher = new MetricsPusher(Meters, _holder, options, _time, _log);
        }

        public Meters Meters { get; }

        public ConcurrentQueue<string> Bodies { get; } = [];

        public ConcurrentQueue<(LogLevel Level, string Text)> Log => _log.Lines;

        /// <summary>Interval of pushes; null before it has begun.</summary>
        public TimeSpan? Period => _time.Period;

        public void Learn(double speed) => _holder.Accept(_time.ReadClocks(), new TableReply(
            1, 42, TimeSpan.FromHours(1), TimeSpan.Zero, "\"a\"", HotPathTests.Document(HotPathTests.Split("9f3b2c71", 0)), Speed: speed));

        public void Pass(TimeSpan time) => _time.Advance(time);

        public Task Push() => _pusher.Push(CancellationToken.None);

        public Task Start() => _pusher.StartAsync(CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await _pusher.StopAsync(CancellationToken.None);
            _pusher.Dispose();
        }

        private sealed class Periods() : FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero))
        {
            private Tuple<TimeSpan>? _period;

            public TimeSpan? Period => Volatile.Read(ref _period)?.Item1;

            public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            {
                var timer = new Timer(base.CreateTimer(callback, state, dueTime, period), this);
                Note(period);
                return timer;
            }

            private void Note(TimeSpan period)
            {
                if (period > TimeSpan.Zero)
                {
                    Volatile.Write(ref _period, Tuple.Create(period));
                }
            }

            private sealed class Timer(ITimer inner, Periods periods) : ITimer
            {
                public bool Change(TimeSpan dueTime, TimeSpan period)
                {
                    periods.Note(period);
                    return inner.Change(dueTime, period);
                }

                public void Dispose() => inner.Dispose();

                public ValueTask DisposeAsync() => inner.DisposeAsync();
            }
        }

        private sealed class Server(Pushing pushing, Func<int, string, HttpResponseMessage> answer) : HttpMessageHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                pushing.Bodies.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
                return answer(pushing.Bodies.Count, pushing.Bodies.Last());
            }
        }

        private sealed class Recorder : ILogger<MetricsPusher>
        {
            public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = [];

            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                Lines.Enqueue((logLevel, formatter(state, exception)));
        }
    }
}
