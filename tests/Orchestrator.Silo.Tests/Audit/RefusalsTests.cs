using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Api.Audit;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Diagnostics;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;

namespace Orchestrator.Silo.Tests.Audit;

/// <summary>Refused attempts are counted one by one, and logged a line a second.</summary>
public sealed class RefusalsTests
{
    private static readonly ApiResult.Problem Forbidden = new(403, "access.forbidden", "No.");
    private static readonly ApiResult.Problem Unknown = new(401, "access.unknown_key", "No.");
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _lines = new();
    private readonly string _key = $"k-{Guid.NewGuid():N}";

    [Fact]
    public void Each_refusal_counts_by_status_route_and_key()
    {
        var counted = new ConcurrentQueue<(long Count, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument is { Meter.Name: Telemetry.Name, Name: "orchestrator.refused" })
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            counted.Enqueue((count, string.Join(' ', tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}")))));
        listener.Start();
        var refusals = new Refusals(_time, _lines);
        for (var i = 0; i < 3; i++)
        {
            refusals.Note(Request($"GET /{_key}"), Forbidden, new Caller(_key, Role.Viewer, null));
        }

        refusals.Note(Request($"GET /{_key}"), Unknown, null);

        // Other tests refuse too: those of this key and route alone.
        Assert.Equal(
            [.. Enumerable.Repeat((1L, $"key={_key} route=GET /{_key} status=403"), 3), (1L, $"key=none route=GET /{_key} status=401")],
            counted.Where(one => one.Tags.Contains(_key, StringComparison.Ordinal)));
    }

    [Fact]
    public void Log_says_one_in_a_second_and_how_many_more_there_were()
    {
        var refusals = new Refusals(_time, _lines);
        for (var i = 0; i < 100; i++)
        {
            refusals.Note(Request("GET /keys"), Forbidden, new Caller(_key, Role.Viewer, null));
        }

        _time.Advance(TimeSpan.FromMilliseconds(999));
        refusals.Note(Request("GET /keys"), Unknown, null);
        Assert.Equal([$"Request refused: 403 access.forbidden at GET /keys for {_key} from 203.0.113.9; 0 more since the previous line"], _lines.Said);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        refusals.Note(Request(null), Unknown, null);
        Assert.Equal("Request refused: 401 access.unknown_key at no route for an unknown caller from 203.0.113.9; 100 more since the previous line", _lines.Said.Last());
        Assert.Equal(2, _lines.Said.Count);

        // The audit has them all.
        Assert.Equal(102, refusals.After(0, null, 1000).Count);
    }

    private static DefaultHttpContext Request(string? route)
    {
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse("203.0.113.9") } };
        http.SetEndpoint(route is null
            ? null
            : new Endpoint(null, new EndpointMetadataCollection(new EndpointDescription(route, "", Permission.Keys, null)), null));
        return http;
    }

    private sealed class Lines : ILogger<Refusals>
    {
        public ConcurrentQueue<string> Said { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Said.Enqueue(formatter(state, exception));
    }
}
