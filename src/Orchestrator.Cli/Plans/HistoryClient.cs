using System.Net;
using System.Net.Http.Headers;
using Orchestrator.Domain.Backtests;

namespace Orchestrator.Cli.Plans;

/// <summary>Range queries to a Prometheus server from this machine. Follows no redirect, and bounds each answer in size and time.</summary>
internal sealed class HistoryClient : IDisposable
{
    /// <summary>Time for one answer: a month of a wide query takes seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = RangeQuestion.LargestAnswer,
    };

    /// <param name="bearer">Token of each request; null for none.</param>
    public HistoryClient(string? bearer)
    {
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("rollout", null));
        _http.DefaultRequestHeaders.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
    }

    /// <summary>The answer; every failure is a sentence in it, but for the end of the wait.</summary>
    public async Task<RangeReading> Ask(string url, RangeQuestion question, CancellationToken stop)
    {
        try
        {
            using var answer = await _http.GetAsync(question.Address(url), stop);
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
                ? RangeReader.Read(await answer.Content.ReadAsByteArrayAsync(stop))
                : RangeReading.Failed($"the server answers {(int)answer.StatusCode}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return RangeReading.Failed($"no answer: {failure.Message}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return RangeReading.Failed($"no answer within {Patience.TotalSeconds:0} s");
        }
    }

    public void Dispose() => _http.Dispose();
}
