using System.Globalization;
using System.Net;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Grains.Metrics.Sources.Http;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>Asks a Prometheus server. Whatever goes wrong is a sentence in the answer, never an exception and never a number.</summary>
public sealed class PrometheusClient(SourceHttp http)
{
    /// <summary>Values of an instant query, when each was scraped, and for counters when their processes started. Takes at most the timeout, in real time.</summary>
    /// <param name="url">Where the API begins.</param>
    /// <param name="credentials">By name; null asks without.</param>
    /// <param name="query">The query.</param>
    /// <param name="timeout">For all questions together.</param>
    /// <param name="stop">Ends the wait with an exception.</param>
    public async Task<Scrape> Ask(string url, string? credentials, SourceQuery query, TimeSpan timeout, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeout);
        try
        {
            var values = await Query(url, credentials, query.Text, null, timeout, limit.Token);
            if (values.Error is not null || values.Points.IsEmpty)
            {
                return Scrape.Of(query, values, values);
            }

            // Only timestamp() tells when a value was scraped: the answer itself carries the time of the question.
            var times = Query(url, credentials, Timestamps(query.Text), values.At, timeout, limit.Token);
            var starts = Begun(url, credentials, query, values, timeout, limit.Token);
            await Task.WhenAll((Task[])[times, starts]);
            return Scrape.Of(query, values, Tells(await times) ? await times : VectorReading.Untimed(values)) with { Starts = await starts };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Scrape.Failed(query, string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s"));
        }
    }

    /// <summary>The same query for times. On lines of its own: a comment at its end comments out nothing of ours.</summary>
    private static string Timestamps(string query) => $"timestamp(\n{query}\n)";

    /// <summary>The processes that the answer comes from, and no others: a server may know thousands.</summary>
    private static string Starts(string query) => $"{ProcessStarts.Series} and on (job, instance) (\n{query}\n)";

    /// <summary>Series that differ by name only have no times of their own: <c>timestamp()</c> takes the name away.</summary>
    private static bool Tells(VectorReading times) => times.Error?.Contains("same labelset", StringComparison.Ordinal) != true;

    /// <summary>When the processes behind counters started; null where nothing counts, or no process of its own.</summary>
    private async Task<ProcessStarts?> Begun(string url, string? credentials, SourceQuery query, VectorReading values, TimeSpan timeout, CancellationToken stop) =>
        query.Series.Shape == SourceShape.Gauge || !values.Points.Any(point => point.IsOfProcess)
            ? null
            : ProcessStarts.Of(await Query(url, credentials, Starts(query.Text), values.At, timeout, stop));

    private async Task<VectorReading> Query(string url, string? credentials, string query, long? at, TimeSpan timeout, CancellationToken stop)
    {
        var time = at is { } moment ? "&time=" + (moment / 1000m).ToString(CultureInfo.InvariantCulture) : "";
        var address = new Uri($"{url.TrimEnd('/')}/api/v1/query?query={Uri.EscapeDataString(query)}{time}");
        var answer = await http.Send(address, null, credentials, timeout, stop);
        if (answer.Error is { } error)
        {
            return VectorReading.Failed(error);
        }

        // Prometheus says what is wrong with a query in a body of its own kind.
        var reading = (HttpStatusCode)answer.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
            ? VectorReader.Read(answer.Body)
            : VectorReading.Failed($"the server answers {answer.Status}");
        return reading.Error is { } sentence ? reading with { Error = http.Hide(sentence, credentials) } : reading;
    }
}
