using System.Runtime.CompilerServices;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Grains.Metrics.Signals;

namespace Orchestrator.Storage.Postgres;

/// <summary>Signals of a cluster: a row for each block. A block that another silo wrote already is replaced by the same one.</summary>
internal sealed class PostgresSignals(PostgresStore store) : ISignalStore
{
    private const string Table = $"{PostgresSettings.Schema}.signals";

    /// <summary>Rows of one query.</summary>
    private const int Batch = 100;

    /// <summary>Rows of one deletion: each holds its locks for a short time.</summary>
    private const int Deletions = 1000;

    public Task Append(string rollout, StoredBlock block, CancellationToken stop = default) => store.Query(
        $"""
        INSERT INTO {Table} (rollout, to_ms, from_ms, bytes, content) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (rollout, to_ms) DO UPDATE SET from_ms = excluded.from_ms, bytes = excluded.bytes, content = excluded.content
        """,
        _ => 0, stop, rollout, block.To, block.From, block.Bytes.Length, block.Bytes.ToArray());

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(
        string rollout, long from, long to, [EnumeratorCancellation] CancellationToken stop = default)
    {
        for (var after = from; ;)
        {
            var rows = await store.Query(
                $"""
                SELECT to_ms, content FROM {Table} WHERE rollout = $1 AND to_ms > $2 AND from_ms < $3 ORDER BY to_ms LIMIT {Batch}
                """,
                row => (To: row.GetInt64(0), Content: row.GetFieldValue<byte[]>(1)), stop, rollout, after, to).ConfigureAwait(false);
            foreach (var (end, content) in rows)
            {
                after = end;
                yield return content;
            }

            if (rows.Count < Batch)
            {
                yield break;
            }
        }
    }

    public async Task<long> Bytes(string rollout, CancellationToken stop = default) =>
        (await store.Query(
            $"SELECT coalesce(sum(bytes), 0)::bigint FROM {Table} WHERE rollout = $1", row => row.GetInt64(0), stop, rollout)
            .ConfigureAwait(false))[0];

    public Task Shrink(string rollout, long bytes, CancellationToken stop = default) => store.Query(
        $"""
        DELETE FROM {Table} WHERE rollout = $1 AND to_ms IN (
            SELECT to_ms FROM (
                SELECT to_ms, sum(bytes) OVER (ORDER BY to_ms DESC) AS newer FROM {Table} WHERE rollout = $1) AS counted
            WHERE newer > $2)
        """,
        _ => 0, stop, rollout, bytes);

    public Task Rewind(string rollout, long to, CancellationToken stop = default) =>
        store.Query($"DELETE FROM {Table} WHERE rollout = $1 AND to_ms > $2", _ => 0, stop, rollout, to);

    public async Task Forget(long before, CancellationToken stop = default)
    {
        while ((await store.Query(
            $"""
            DELETE FROM {Table} WHERE ctid IN (SELECT ctid FROM {Table} WHERE to_ms < $1 LIMIT {Deletions}) RETURNING 1
            """,
            row => row.GetInt32(0), stop, before).ConfigureAwait(false)).Count == Deletions)
        {
        }
    }
}
