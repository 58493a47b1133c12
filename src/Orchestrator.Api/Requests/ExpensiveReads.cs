using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Api.Streams;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>
/// Admission of reads whose work grows with the log: retrospectives, verification, checkpoints, a rollout or a user as they were. Few run
/// at once, so that evaluations keep their processors; the next wait in order; more are refused. A place ends with its client.
/// </summary>
/// <param name="atOnce">Reads that run at once.</param>
/// <param name="most">Reads that wait or run. One key gets half of them.</param>
internal sealed class ExpensiveReads(int atOnce, int most = ExpensiveReads.Most) : IDisposable
{
    /// <summary>Reads that wait or run, unless said otherwise.</summary>
    public const int Most = 16;

    private readonly SemaphoreSlim _turns = new(atOnce);

    /// <summary>Reads of each key; at most as many entries as reads, since a key without a read is removed.</summary>
    private readonly Dictionary<string, int> _ofKey = new(StringComparer.Ordinal);
    private readonly Lock _counts = new();
    private int _all;

    /// <summary>Half of the processors, at least one.</summary>
    public ExpensiveReads()
        : this(Math.Max(1, Environment.ProcessorCount / 2))
    {
    }

    /// <summary>Reads that wait or run now.</summary>
    public int Now
    {
        get
        {
            lock (_counts)
            {
                return _all;
            }
        }
    }

    /// <summary>The same answer, by way of the admission.</summary>
    public static Func<Query, World, Task<ApiResult>> Of(Func<Query, World, Task<ApiResult>> answer) =>
        (request, world) => Run(request, () => answer(request, world));

    /// <summary>Waits for a turn and reads; a 503 when too many wait. Throws when the client goes.</summary>
    public static Task<ApiResult> Run(Query request, Func<Task<ApiResult>> read) =>
        request.Service<ExpensiveReads>().Run(request.Caller.KeyId, read, request.Stop);

    /// <summary>Waits for a turn and reads; a 503 when too many wait. Throws when <paramref name="stop"/> does.</summary>
    public async Task<ApiResult> Run(string key, Func<Task<ApiResult>> read, CancellationToken stop)
    {
        if (Enter(key) is { } refused)
        {
            return new ApiResult.Problem(503, "node.too_many_reads", refused, RetryAfter: StreamAdmission.SecondsToWait());
        }

        try
        {
            await _turns.WaitAsync(stop);
            try
            {
                return await read();
            }
            finally
            {
                _turns.Release();
            }
        }
        finally
        {
            Leave(key);
        }
    }

    /// <summary>
    /// An answer in pieces: its place is held until the last one is written, and a turn is taken for the reading of each piece alone, so
    /// that a client that reads slowly holds up no other read.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="write">Writes the answer, and runs its readings in turns.</param>
    public static ApiResult InPieces(Query request, Func<HttpContext, Turn, Task> write) =>
        request.Service<ExpensiveReads>().InPieces(request.Caller.KeyId, write);

    /// <summary>The same for a key; a 503 when too many reads wait.</summary>
    public ApiResult InPieces(string key, Func<HttpContext, Turn, Task> write) =>
        Enter(key) is { } refused
            ? new ApiResult.Problem(503, "node.too_many_reads", refused, RetryAfter: StreamAdmission.SecondsToWait())
            : new ApiResult.Written(async http =>
            {
                try
                {
                    await write(http, new Turn(_turns, http.RequestAborted));
                }
                catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
                {
                    // The client disconnected.
                }
                finally
                {
                    Leave(key);
                }
            });

    public void Dispose() => _turns.Dispose();

    private string? Enter(string key)
    {
        lock (_counts)
        {
            var ofKey = _ofKey.GetValueOrDefault(key);
            if (_all >= most)
            {
                return $"This node holds {most} reads of the past, as many as it may.";
            }

            if (ofKey >= most / 2)
            {
                return $"The key has {most / 2} reads of the past on this node, as many as one key may.";
            }

            _all++;
            _ofKey[key] = ofKey + 1;
            return null;
        }
    }

    private void Leave(string key)
    {
        lock (_counts)
        {
            _all--;
            if (--_ofKey[key] is 0)
            {
                _ofKey.Remove(key);
            }
        }
    }

    /// <summary>Turns of an answer in pieces.</summary>
    /// <param name="turns">Turns of all reads.</param>
    /// <param name="stop">Cancelled when the client goes.</param>
    public sealed class Turn(SemaphoreSlim turns, CancellationToken stop)
    {
        /// <summary>Runs a reading in a turn.</summary>
        public async Task<T> Run<T>(Func<Task<T>> read)
        {
            await turns.WaitAsync(stop);
            try
            {
                return await read();
            }
            finally
            {
                turns.Release();
            }
        }
    }
}
