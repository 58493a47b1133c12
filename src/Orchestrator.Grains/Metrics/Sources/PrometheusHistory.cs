using System.Net;
using Orchestrator.Domain.Backtests;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Grains.Metrics.Sources.Http;

namespace Orchestrator.Grains.Metrics.Sources;

/// <summary>Range queries to the Prometheus servers of plans, under the rules of live queries.</summary>
public sealed class PrometheusHistory(SourceHttp http)
{
    /// <summary>Time for one answer in real time: part of a month of a wide query takes seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The answer; every failure is a sentence in it.</summary>
    /// <param name="source">A source of kind prometheus.</param>
    /// <param name="question">The question.</param>
    /// <param name="stop">Ends the wait with an exception.</param>
    public async Task<RangeReading> Ask(SignalSource source, RangeQuestion question, CancellationToken stop)
    {
        var answer = await http.Send(question.Address(source.Url), null, source.Credentials, Patience, stop, RangeQuestion.LargestAnswer);
        if (answer.Error is { } error)
        {
            return RangeReading.Failed(error);
        }

        var reading = (HttpStatusCode)answer.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
            ? RangeReader.Read(answer.Body)
            : RangeReading.Failed($"the server answers {answer.Status}");
        return reading.Error is { } sentence ? reading with { Error = http.Hide(sentence, source.Credentials) } : reading;
    }
}
