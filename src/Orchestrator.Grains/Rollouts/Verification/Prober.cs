using System.Diagnostics;
using System.Net;
using Orchestrator.Domain.Quantities;
using Orchestrator.Grains.Egress;

namespace Orchestrator.Grains.Rollouts.Verification;

/// <summary>Health probe of an address: GET, success within the time. Follows no redirect and reads no body. Real time.</summary>
internal sealed class Prober(EgressList egress) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client = OutgoingHttp.Listed(egress, Shape);

    public async Task<ProbeAnswer> Ask(string address, TimeSpan? timeout, CancellationToken stop)
    {
        var limit = timeout ?? Patience;
        var started = Stopwatch.GetTimestamp();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(limit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address));
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, time.Token);
            var took = Whole(Stopwatch.GetElapsedTime(started));
            return new ProbeAnswer(response.IsSuccessStatusCode, took, Sentence(response.StatusCode, took));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new ProbeAnswer(false, Whole(Stopwatch.GetElapsedTime(started)), $"no answer within {Durations.Format(limit)}");
        }
        catch (HttpRequestException failure)
        {
            // Not the message: it may contain more than an event should store.
            var text = EgressRefusedException.Behind(failure)?.Message ?? $"request failed: {failure.HttpRequestError}";
            return new ProbeAnswer(false, Whole(Stopwatch.GetElapsedTime(started)), text);
        }
    }

    public void Dispose() => _client.Dispose();

    private static void Shape(SocketsHttpHandler sockets)
    {
        sockets.MaxResponseHeadersLength = 16;
        sockets.PooledConnectionLifetime = TimeSpan.FromMinutes(1);
    }

    private static string Sentence(HttpStatusCode status, TimeSpan took)
    {
        var redirect = (int)status is >= 300 and < 400 ? ", a redirect, which is not followed," : "";
        return $"answered {(int)status}{redirect} after {Durations.Format(took)}";
    }

    private static TimeSpan Whole(TimeSpan took) => TimeSpan.FromMilliseconds(Math.Round(took.TotalMilliseconds));
}

internal sealed record ProbeAnswer(bool Ok, TimeSpan Took, string Text);
