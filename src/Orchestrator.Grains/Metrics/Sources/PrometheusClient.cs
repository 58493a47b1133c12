using System.Globalization;
using System.Net;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Grains.Metrics.Sources.Http;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>Queries a Prometheus server. Every failure is a sentence in the answer, never an exception and never a number.</summary>
public sealed class PrometheusClient(SourceHttp http)
{
    /// <summary>
    /// Values of an instant query, the scrape time of each, and for counters the start times of their processes. Takes at most the timeout,
    /// in real time.
    /// </summary>
    /// <param name="url">Base address of the API.</param>
    /// <param name="credentials">By name; null for none.</param>
    /// <param name="query">The query.</param>
    /// <param name="timeout">For all queries together.</param>
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

            // Only timestamp() gives the time of the scrape: the answer itself has the time of the query.
            var times = Query(url, credentials, query.Times, values.At, timeout, limit.Token);
            var starts = Begun(url, credentials, query, values, timeout, limit.Token);
            await Task.WhenAll((Task[])[times, starts]);
            return Scrape.Of(
                query, values, Scrape.HasTimes(await times) ? await times : VectorReading.Untimed(values)) with
            { Starts = await starts };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Scrape.Failed(query, string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s"));
        }
    }

    /// <summary>Start times of the processes behind counters; null where there is no counter, or no process of its own.</summary>
    private async Task<ProcessStarts?> Begun(
        string url, string? credentials, SourceQuery query, VectorReading values, TimeSpan timeout, CancellationToken stop) =>
        query.Series.Shape == SourceShape.Gauge || !values.Points.Any(point => point.IsOfProcess)
            ? null
            : ProcessStarts.Of(await Query(url, credentials, query.Starts, values.At, timeout, stop));

    private async Task<VectorReading> Query(
        string url, string? credentials, string query, long? at, TimeSpan timeout, CancellationToken stop)
    {
        var time = at is { } moment ? "&time=" + (moment / 1000m).ToString(CultureInfo.InvariantCulture) : "";
        var address = new Uri($"{url.TrimEnd('/')}/api/v1/query?query={Uri.EscapeDataString(query)}{time}");
        var answer = await http.Send(address, null, credentials, timeout, stop);
        if (answer.Error is { } error)
        {
            return VectorReading.Failed(error);
        }

        // Prometheus reports the error of a query in a body of its own format.
        var reading = (HttpStatusCode)answer.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
            ? VectorReader.Read(answer.Body)
            : VectorReading.Failed($"the server answers {answer.Status}");
        return reading.Error is { } sentence ? reading with { Error = http.Hide(sentence, credentials) } : reading;
    }
}
