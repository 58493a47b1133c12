using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Rollouts.Series;

/// <summary>
/// Admission of reads of series. They take turns of their own: one event makes every open page of a rollout read again, and each read is
/// short.
/// </summary>
internal sealed class SeriesReads : IDisposable
{
    /// <summary>Reads that wait or run. One key gets half of them: the pages of a whole team may share one.</summary>
    public const int Most = 128;

    private readonly ExpensiveReads _turns = new(Math.Max(1, Environment.ProcessorCount / 2), Most);

    /// <summary>Waits for a turn and reads; a 503 when too many wait.</summary>
    public Task<ApiResult> Run(Query request, Func<Task<ApiResult>> read) => _turns.Run(request.Caller.KeyId, read, request.Stop);

    public void Dispose() => _turns.Dispose();
}
