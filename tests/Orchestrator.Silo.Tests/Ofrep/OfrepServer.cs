using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Api;
using Orchestrator.Api.Ofrep;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Ofrep;

/// <summary>OFREP on a real Kestrel, over a table that the test holds.</summary>
public sealed class OfrepServer : IAsyncLifetime, IRoutingTables, ITableTrust, IEvaluationKeys
{
    private WebApplication? _app;

    public RoutingTable Current { get; set; } = Table(42);

    /// <summary>Trust of the node in its table.</summary>
    public Func<TableTrust> Trust { get; set; } = () => default;

    /// <summary>True when an answer may leave.</summary>
    public Func<bool> MayLeave { get; set; } = () => true;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Counts requests that reached the middleware.</summary>
    public SemaphoreSlim Entered { get; } = new(0);

    /// <summary>Exception that left the middleware, for each request: null when it answered, as it always should.</summary>
    public Channel<Exception?> Outcomes { get; } = Channel.CreateUnbounded<Exception?>();

    public Uri Address => Client.BaseAddress!;

    public static RoutingTable Table(long position) => RoutingTable.Compile(new TableModel(position,
    [
        new EnvironmentModel
        {
            Name = "production",
            Flags = [new("theme", "{ \"color\": \"blue\" }"), new("limit", "3")],
            Segments = [new SegmentModel("beta", new SegmentDefinition(
                null, new SegmentRule.Attribute("internal", new AttributeTest.EqualTo(AttributeValue.Of(true)))), MemberSet.Empty)],
            Routes = [Route("split", 25_000), Route("all", 100_000), Route("none", 0), Route("off", 50_000, RouteMode.Off), Route("a/b c%ü", 100_000),
                Route(new string('x', 256), 100_000)],
        },
    ]));

    public TrustSnapshot Now() => new(Trust(), default);

    public bool Holds(in TrustSnapshot snapshot) => MayLeave();

    /// <summary>True when the log has been read.</summary>
    public bool AreKnown { get; set; } = true;

    /// <summary>Keys by their text, which is also their id.</summary>
    public ConcurrentDictionary<string, EvaluationKey> Keys { get; } = new(
        [new("eval", new EvaluationKey("eval", "h1", "production")), new("empty", new EvaluationKey("empty", "h2", "staging")), new("viewer", new EvaluationKey("viewer", "h3", null))]);

    /// <summary>Time of the server.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    /// <summary>More settings, before the start.</summary>
    public string[] Settings { get; init; } = [];

    public bool TryFind(ReadOnlySpan<char> text, [NotNullWhen(true)] out EvaluationKey? key) =>
        Keys.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out key);

    public EvaluationKey? Working(string id) => Keys.GetValueOrDefault(id);

    /// <summary>The server has this table from now on, and whoever waits for news hears of it.</summary>
    public void Change(RoutingTable table)
    {
        Current = table;
        _app!.Services.GetRequiredService<TableChangeSignal>().Tell();
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(Settings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IRoutingTables>(this).AddSingleton<ITableTrust>(this).AddSingleton<IEvaluationKeys>(this)
            .AddStreams().AddSingleton(new InstallationSecret(new byte[InstallationSecret.Bytes]))
            .AddSingleton(new LeaseSettings(TimeSpan.FromSeconds(10), Time, HoldsGrains: false));
        _app = builder.Build();
        _app.Use(async (http, next) =>
        {
            Exception? thrown = null;
            Entered.Release();
            try
            {
                await next(http);
            }
            catch (Exception caught)
            {
                thrown = caught;
                throw;
            }
            finally
            {
                Outcomes.Writer.TryWrite(thrown);
            }
        });
        _app.UseOfrep();
        _app.Run(http => http.Response.WriteAsync("something else"));
        await _app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
        Client.DefaultRequestHeaders.Add("X-API-Key", "eval");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
    }

    public Task<Answer> Ask(string flag, string body) => Ask(flag, new StringContent(body, Encoding.UTF8, "application/json"));

    public async Task<Answer> Ask(string flag, HttpContent? body, Action<HttpRequestMessage>? also = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ofrep/v1/evaluate/flags" + flag) { Content = body };
        also?.Invoke(request);
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(
            response.StatusCode, text, response.Headers.ETag?.ToString(), response.Content.Headers.ContentType?.ToString(),
            response.Headers.RetryAfter?.ToString());
    }

    private static RoutedFlag Route(string flag, int percentage, RouteMode mode = RouteMode.Split) => new()
    {
        Flag = flag,
        Rollout = "checkout",
        RolloutVersion = 7,
        Salt = "9f3b2c71",
        Mode = mode,
        Percentage = Share.Of(percentage),
        Included = ["beta"],
        Phase = "gradual",
        Step = "3a-10",
    };
}

/// <summary>The answer.</summary>
public sealed record Answer(HttpStatusCode Status, string Text, string? ETag, string? ContentType, string? RetryAfter = null)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public string? this[string name] => Json.TryGetProperty(name, out var value) ? value.ToString() : null;
}
