using System.Globalization;
using System.Net;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Grains.Egress;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>Asks a Prometheus server. Whatever goes wrong is a sentence in the answer, never an exception and never a number.</summary>
public sealed class PrometheusClient(EgressList egress) : IDisposable
{
    /// <summary>Largest answer that is read.</summary>
    public const int LargestAnswer = 1024 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxConnectionsPerServer = 8,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Values of an instant query, and when each was scraped. Takes at most the timeout, in real time.</summary>
    public async Task<Scrape> Ask(string url, SourceQuery query, TimeSpan timeout, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeout);
        try
        {
            var values = await Query(url, query.Text, null, limit.Token);
            if (values.Error is not null || values.Points.IsEmpty)
            {
                return Scrape.Of(query, values, values);
            }

            // Only timestamp() tells when a value was scraped: the answer itself carries the time of the question.
            var times = await Query(url, Timestamps(query.Text), values.At, limit.Token);
            return Scrape.Of(query, values, Tells(times) ? times : VectorReading.Untimed(values));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Scrape.Failed(query, string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s"));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return Scrape.Failed(query, $"no answer: {broken.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The same query for times. On lines of its own: a comment at its end comments out nothing of ours.</summary>
    private static string Timestamps(string query) => $"timestamp(\n{query}\n)";

    /// <summary>Series that differ by name only have no times of their own: <c>timestamp()</c> takes the name away.</summary>
    private static bool Tells(VectorReading times) => times.Error?.Contains("same labelset", StringComparison.Ordinal) != true;

    private async Task<VectorReading> Query(string url, string query, long? at, CancellationToken stop)
    {
        var time = at is { } moment ? "&time=" + (moment / 1000m).ToString(CultureInfo.InvariantCulture) : "";
        var address = new Uri($"{url.TrimEnd('/')}/api/v1/query?query={Uri.EscapeDataString(query)}{time}");
        if (egress.Refusal(address) is { } refusal)
        {
            return VectorReading.Failed(refusal);
        }

        using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stop);
        if ((int)response.StatusCode is >= 300 and < 400)
        {
            return VectorReading.Failed($"the server answers {(int)response.StatusCode}, a redirect, which is not followed");
        }

        var body = await Read(response, stop);
        if (body is null)
        {
            return VectorReading.Failed($"the answer is larger than {LargestAnswer / 1024} KiB; narrow the query down");
        }

        // Prometheus says what is wrong with a query in a body of its own kind.
        return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
            ? VectorReader.Read(body)
            : VectorReading.Failed($"the server answers {(int)response.StatusCode}");
    }

    private static async Task<byte[]?> Read(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.Content.Headers.ContentLength > LargestAnswer)
        {
            return null;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, stop) is var read and > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestAnswer)
            {
                return null;
            }
        }

        return body.ToArray();
    }
}
