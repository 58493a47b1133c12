using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Client.Table;

namespace Orchestrator.Client.Tests;

/// <summary>Servers, proxies and disks that behave badly. Time is the test's.</summary>
public sealed class FollowingTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly Uri Nowhere = new("http://nowhere.invalid");
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Stream_that_is_never_answered_is_given_up_and_not_kept()
    {
        var far = new Far();
        await using var host = await Start(far);

        await Advance(() => far.Streams.Count > 3);

        Assert.Equal(1, far.MostStreams);
    }

    [Fact]
    public async Task Stream_that_is_broken_off_at_once_is_asked_for_more_and_more_seldom()
    {
        var far = new Far { Stream = _ => Task.FromResult(Answer("event: table\ndata: {}\n\n")) };
        await using var host = await Start(far);

        await Advance(() => far.Streams.Count > 8);

        Assert.True(far.Streams[8] - far.Streams[7] > TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Flood_of_news_is_one_question_for_each_rest()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 0, useSynchronizationContext: false));
        var far =
            new Far { Stream = _ => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(pipe.Reader.AsStream()) }) };
        await using var host = await Start(far);
        await Eventually.Until(() => far.Tables.Count == 1);
        for (var i = 0; i < 100; i++)
        {
            await pipe.Writer.WriteAsync("data: {}\n\n"u8.ToArray()).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }

        Assert.Single(far.Tables);
        await Advance(() => far.Tables.Count == 2);
    }

    [Fact]
    public async Task Question_that_hangs_leaves_time_for_another_within_the_grant()
    {
        var hangs = false;
        var far = new Far();
        far.Table = stop => hangs ? Far.Never(stop) : Task.FromResult(far.Granting(TimeSpan.FromSeconds(2)));
        await using var host = await Start(far, options => options.RequestTimeout = TimeSpan.FromSeconds(60));
        await Eventually.Until(() => host.Router.Status.Ready);
        hangs = true;
        var asked = far.Tables.Count;
        await Advance(() => far.Tables.Count == asked + 1);
        var began = far.Tables[asked];

        await Advance(() => far.Tables.Count == asked + 2);

        Assert.InRange(far.Tables[asked + 1] - began, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(1, far.MostTables);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task Key_that_opens_nothing_any_more_ends_the_grant_at_once(HttpStatusCode refusal)
    {
        var revoked = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        var far = new Far { Stream = _ => revoked.Task };
        far.Table =
            _ => Task.FromResult(revoked.Task.IsCompleted ? new HttpResponseMessage(refusal) : far.Granting(TimeSpan.FromSeconds(60)));
        await using var host = await Start(far);
        await Eventually.Until(() => host.Router.Status.Ready);
        Assert.False(host.Router.Status.Stale);

        // The stream ends with the key; no time passes but the short rest between two questions.
        var began = _time.GetUtcNow();
        revoked.SetResult(new HttpResponseMessage(refusal));
        await Advance(() => host.Router.Status.Stale);

        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Server_is_left_alone_for_as_long_as_it_asks_within_bounds()
    {
        for (var i = 0; i < 200; i++)
        {
            Assert.InRange(Backoff.After(1, TimeSpan.FromSeconds(3)).TotalSeconds, 3, 3.75);
            Assert.InRange(Backoff.After(1, TimeSpan.FromDays(3)).TotalSeconds, 30, 37.5);
            Assert.InRange(Backoff.After(1 + i).TotalSeconds, 0.18, 12.5);
        }
    }

    [Fact]
    public async Task Redirect_is_not_followed_and_said()
    {
        var elsewhere = false;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Map("/elsewhere", () => elsewhere = true);
        app.MapFallback(() => Results.Redirect("/elsewhere"));
        await app.StartAsync();
        var services = new ServiceCollection().AddLogging()
            .AddOrchestrator(options => (options.Url, options.Key, options.StartWait) = (new Uri(app.Urls.Single()), "key", TimeSpan.Zero))
            .BuildServiceProvider();
        await using var _ = services;
        var hosted = services.GetServices<IHostedService>().ToArray();
        await Task.WhenAll(hosted.Select(one => one.StartAsync(default)));

        var router = services.GetRequiredService<IRolloutRouter>();
        await Eventually.Until(() => router.Status.Problem?.Contains("redirects are not followed", StringComparison.Ordinal) == true);

        Assert.False(elsewhere);
        await Task.WhenAll(hosted.Select(one => one.StopAsync(default)));
    }

    [Theory]
    [InlineData("no\0file")]
    [InlineData("/dev/null/file")]
    public async Task Table_that_cannot_be_kept_is_used_all_the_same(string file)
    {
        var far = new Far();
        await using var host = await Start(far, options => options.CacheFile = file);

        await Advance(() => far.Tables.Count > 3);

        Assert.Equal((true, false, null), (host.Router.Status.Ready, host.Router.Status.Stale, host.Router.Status.Problem));
    }

    [Fact]
    public async Task Failed_write_leaves_nothing_beside()
    {
        var folder = Directory.CreateTempSubdirectory("kept-");
        var path = folder.CreateSubdirectory("table").FullName;
        var table = HotPathTests.Holder(_time, TimeSpan.FromHours(1), HotPathTests.Split("9f3b2c71", 0)).Current.Table!;

        Assert.ThrowsAny<Exception>(() => new TableFile(path, "server", _time).Write(table, TimeSpan.Zero));

        Assert.Equal([path], Directory.GetFileSystemEntries(folder.FullName));
        folder.Delete(recursive: true);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Registration_twice_is_one_client()
    {
        await using var services = new ServiceCollection().AddLogging().AddOrchestrator(options => options.Url = Nowhere)
            .AddOrchestrator(options => options.Key = "key").BuildServiceProvider();

        Assert.Equal(2, services.GetServices<IHostedService>().Count());
        Assert.Equal(Nowhere, services.GetRequiredService<Microsoft.Extensions.Options.IOptions<OrchestratorOptions>>().Value.Url);
    }

    [Fact]
    public void Flag_that_is_none_is_not_found()
    {
        var router = new TableRouter(HotPathTests.Holder(TimeProvider.System, TimeSpan.FromHours(1), HotPathTests.Split("9f3b2c71", 0)));

        Assert.Equal(RouteError.FlagNotFound, router.Route(null!, "user").Error);
    }

    private static HttpResponseMessage Answer(string text) => new() { Content = new StringContent(text, Encoding.UTF8, "text/event-stream") };

    private async Task<Following> Start(Far far, Action<OrchestratorOptions>? configure = null)
    {
        far.Time = _time;
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time).AddOrchestrator(options =>
        {
            (options.Url, options.Key, options.StartWait, options.Handler) = (Nowhere, "key", TimeSpan.Zero, () => far);
            configure?.Invoke(options);
        }).BuildServiceProvider();
        var hosted = services.GetServices<IHostedService>().ToArray();
        foreach (var one in hosted)
        {
            await one.StartAsync(default);
        }

        return new Following(services, hosted);
    }

    /// <summary>Time passes until it is so.</summary>
    private Task Advance(Func<bool> condition) => Eventually.Until(() =>
    {
        _time.Advance(Step);
        return condition();
    });

    private sealed class Following(ServiceProvider services, IHostedService[] hosted) : IAsyncDisposable
    {
        public IRolloutRouter Router => services.GetRequiredService<IRolloutRouter>();

        public async ValueTask DisposeAsync()
        {
            foreach (var one in hosted)
            {
                await one.StopAsync(default);
            }

            await services.DisposeAsync();
        }
    }

    /// <summary>The other end: hands out a table, and no stream unless told otherwise.</summary>
    private sealed class Far : HttpMessageHandler
    {
        private readonly Lock _gate = new();
        private int _streams;
        private int _tables;

        public Far()
        {
            Table = _ => Task.FromResult(Granting(TimeSpan.FromSeconds(10)));
            Stream = Never;
        }

        public TimeProvider Time { get; set; } = TimeProvider.System;

        public Func<CancellationToken, Task<HttpResponseMessage>> Table { get; set; }

        public Func<CancellationToken, Task<HttpResponseMessage>> Stream { get; set; }

        /// <summary>When each was asked for.</summary>
        public List<TimeSpan> Tables { get; } = [];

        public List<TimeSpan> Streams { get; } = [];

        public int MostTables { get; private set; }

        public int MostStreams { get; private set; }

        public static async Task<HttpResponseMessage> Never(CancellationToken stop)
        {
            await Task.Delay(Timeout.Infinite, stop);
            return null!;
        }

        public HttpResponseMessage Granting(TimeSpan time) => new()
        {
            Content = new ByteArrayContent(HotPathTests.Document(HotPathTests.Split("9f3b2c71", 0))),
            Headers =
            {
                { "Orchestrator-Timeline", "1" }, { "Orchestrator-Position", "42" }, { "Orchestrator-Granted", $"{(long)time.TotalMilliseconds}" }, { "Orchestrator-Age", "0" },
                { "ETag", "\"a\"" },
            },
        };

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isTable = request.RequestUri!.AbsolutePath == "/sdk/v1/table";
            lock (_gate)
            {
                (isTable ? Tables : Streams).Add(TimeSpan.FromTicks(Time.GetUtcNow().Ticks));
                if (isTable)
                {
                    MostTables = Math.Max(++_tables, MostTables);
                }
                else
                {
                    MostStreams = Math.Max(++_streams, MostStreams);
                }
            }

            try
            {
                return await (isTable ? Table : Stream)(cancellationToken);
            }
            finally
            {
                lock (_gate)
                {
                    _ = isTable ? _tables-- : _streams--;
                }
            }
        }
    }
}
