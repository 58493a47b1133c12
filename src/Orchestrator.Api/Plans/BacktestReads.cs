using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Plans;

/// <summary>
/// Admission of backtests: they take longer than other reads, most of it waiting for Prometheus, so they have a turn of their own. One runs
/// at a time, and it ends with its client.
/// </summary>
internal sealed class BacktestReads : IDisposable
{
    /// <summary>Backtests that wait or run; one key gets half of them.</summary>
    private const int Most = 4;

    private readonly ExpensiveReads _turns = new(1, Most);

    /// <summary>Waits for the turn and reads; a 503 when too many wait.</summary>
    public Task<ApiResult> Run(Query request, Func<Task<ApiResult>> read) => _turns.Run(request.Caller.KeyId, read, request.Stop);

    public void Dispose() => _turns.Dispose();
}
