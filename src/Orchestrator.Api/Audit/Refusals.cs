using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Diagnostics;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Audit;

/// <summary>
/// Counts, keeps and logs refused requests. Never a key's text: for an unknown key only the client's address is recorded.
/// </summary>
internal sealed partial class Refusals(TimeProvider time, ILogger<Refusals> logger)
{
    /// <summary>Most refusals kept; the oldest is dropped for the newest.</summary>
    public const int Most = 10_000;

    /// <summary>Shortest time between two log lines.</summary>
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    private readonly Queue<Refusal> _kept = new();
    private readonly Lock _gate = new();
    private long _number;
    private long _unlogged;
    private long? _logged;

    /// <summary>Refusals after a number, oldest first.</summary>
    public IReadOnlyList<Refusal> After(long number, string? key, int limit)
    {
        lock (_gate)
        {
            return [.. _kept.Where(one => one.Number > number && (key is null || one.Key == key)).Take(limit)];
        }
    }

    public void Note(HttpContext http, ApiResult.Problem problem, Caller? caller)
    {
        var route = http.GetEndpoint()?.Metadata.GetMetadata<EndpointDescription>()?.Route;
        // Persons are not labels: an issuer may have any number of them. The number of keys is bounded.
        Telemetry.Refused.Add(
            1, new KeyValuePair<string, object?>("status", problem.Status), new KeyValuePair<string, object?>("route", route ?? "none"),
            new KeyValuePair<string, object?>("key", caller is null ? "none" : caller.Person is null ? caller.KeyId : "person"));
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        long others;
        lock (_gate)
        {
            if (_kept.Count == Most)
            {
                _kept.Dequeue();
            }

            _kept.Enqueue(new Refusal(++_number, time.GetUtcNow(), problem.Status, problem.Code, route, caller?.KeyId, address));
            if (_logged is { } before && time.GetElapsedTime(before) < BetweenLines)
            {
                _unlogged++;
                return;
            }

            (others, _unlogged, _logged) = (_unlogged, 0, time.GetTimestamp());
        }

        LogRefused(problem.Status, problem.Code, route ?? "no route", caller?.KeyId ?? "an unknown caller", address, others);
    }

    [LoggerMessage(LogLevel.Warning, "Request refused: {Status} {Code} at {Route} for {Caller} from {Address}; {Others} more since the previous line")]
    private partial void LogRefused(int status, string code, string route, string caller, string address, long others);
}
