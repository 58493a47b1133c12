using Orchestrator.Domain.People;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Storage.Postgres;

/// <summary>Sketches of counted users of a cluster: a row for each, with the time of the database.</summary>
internal sealed class PostgresPeopleStore(PostgresStore store) : IPeopleStore
{
    private const string Table = $"{PostgresSettings.Schema}.people";

    /// <summary>Rows of one statement, of 4 KiB each.</summary>
    private const int AtOnce = 500;

    /// <summary>
    /// Seconds that a reading goes back before the one before it: a statement that was under way then had its time already, and no row yet.
    /// </summary>
    private const int Overlap = 5;

    public async Task Keep(string node, IReadOnlyCollection<StoredPeople> counts, CancellationToken stop = default)
    {
        foreach (var some in counts.Chunk(AtOnce))
        {
            await store.Query(
                $"""
                INSERT INTO {Table} (node, rollout, segment, kind, hour, users, changed)
                SELECT $1, r, s, k, h, u, clock_timestamp() FROM unnest($2, $3, $4, $5, $6) AS kept (r, s, k, h, u)
                ON CONFLICT (rollout, hour, node, segment, kind) DO UPDATE SET users = excluded.users, changed = excluded.changed
                """,
                _ => 0, stop, node, some.Select(one => one.Rollout).ToArray(), some.Select(one => one.Count.Segment ?? "").ToArray(),
                some.Select(one => (short)one.Count.Kind).ToArray(), some.Select(one => one.Count.Hour).ToArray(),
                some.Select(one => one.Count.Users).ToArray()).ConfigureAwait(false);
        }
    }

    public async Task<PeopleNews> Since(string node, long? mark, CancellationToken stop = default)
    {
        var now = await store.Query(
            "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", row => row.GetInt64(0), stop).ConfigureAwait(false);
        var counts = await store.Query(
            $"""
            SELECT rollout, segment, kind, hour, users FROM {Table}
             WHERE ($2 < 0 OR node <> $1) AND changed >= to_timestamp($2 / 1000.0) - interval '{Overlap} seconds'
            """,
            row => new StoredPeople(row.GetString(0), new PeopleOf(
                row.GetString(1) is { Length: > 0 } segment ? segment : null, (PeopleKind)row.GetInt16(2), row.GetInt64(3),
                row.GetFieldValue<byte[]>(4))),
            stop, node, mark ?? -1L).ConfigureAwait(false);
        return new PeopleNews(counts, now[0]);
    }

    public Task Forget(long hour, CancellationToken stop = default) =>
        store.Query($"DELETE FROM {Table} WHERE hour <= $1", _ => 0, stop, hour);
}
