using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// Admission of reads that every open page of a rollout repeats at each event: series, and the newest events in words. They take turns of
/// their own, apart from <see cref="ExpensiveReads"/>: pages that many people look at take no turn from a retrospective, and get none of
/// its refusals.
/// </summary>
internal sealed class LiveReads : IDisposable
{
    /// <summary>Reads that wait or run. One key gets half of them: the pages of a whole team may share one.</summary>
    public const int Most = 128;

    private readonly ExpensiveReads _turns = new(Math.Max(1, Environment.ProcessorCount / 2), Most);

    /// <summary>Waits for a turn and reads; a 503 when too many wait.</summary>
    public Task<ApiResult> Run(Query request, Func<Task<ApiResult>> read) => _turns.Run(request.Caller.KeyId, read, request.Stop);

    public void Dispose() => _turns.Dispose();
}
