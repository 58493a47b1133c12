using System.Globalization;

namespace Orchestrator.Domain.Backtests;

/// <summary>A range query to Prometheus: <c>/api/v1/query_range</c>.</summary>
/// <param name="Query">PromQL.</param>
/// <param name="From">First instant, in Unix milliseconds.</param>
/// <param name="To">Last instant.</param>
/// <param name="Step">Milliseconds between two instants.</param>
public sealed record RangeQuestion(string Query, long From, long To, long Step)
{
    /// <summary>Largest answer that is worth reading, in bytes: 500 instants of 500 series.</summary>
    public const int LargestAnswer = 8 * 1024 * 1024;

    /// <summary>The whole address.</summary>
    /// <param name="url">Base URL of the API.</param>
    public Uri Address(string url) => new(
        $"{url.TrimEnd('/')}/api/v1/query_range?query={Uri.EscapeDataString(Query)}&start={Seconds(From)}&end={Seconds(To)}&step={Seconds(Step)}");

    private static string Seconds(long millis) => (millis / 1000m).ToString(CultureInfo.InvariantCulture);
}
