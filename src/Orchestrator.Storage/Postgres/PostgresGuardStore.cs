using Orchestrator.Grains.Routing;

namespace Orchestrator.Storage.Postgres;

/// <summary>The guards of a cluster: a row for each rollout, with the time of the database.</summary>
internal sealed class PostgresGuardStore(PostgresStore store) : IGuardStore
{
    public async Task Renew(IReadOnlyCollection<string> rollouts, CancellationToken stop = default)
    {
        if (rollouts.Count > 0)
        {
            // The new time always wins: after a database's clock that ran ahead, the later time would make a guard look renewed for that
            // long. Rows are locked in one order: two nodes that renew the same rollouts would otherwise deadlock.
            await store.Query(
                $"""
                INSERT INTO {PostgresSettings.Schema}.guards (rollout, renewed)
                SELECT r, clock_timestamp() FROM (SELECT DISTINCT unnest($1) AS r) AS once ORDER BY r
                ON CONFLICT (rollout) DO UPDATE SET renewed = excluded.renewed
                """, _ => 0, stop, (object)rollouts.ToArray()).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyDictionary<string, TimeSpan>> Ages(CancellationToken stop = default)
    {
        // A time in the future counts like one in the past: neither is a renewal of now.
        var ages = await store.Query(
            $"SELECT rollout, greatest(clock_timestamp() - renewed, renewed - clock_timestamp()) FROM {PostgresSettings.Schema}.guards",
            row => KeyValuePair.Create(row.GetString(0), row.GetTimeSpan(1)), stop).ConfigureAwait(false);
        return new Dictionary<string, TimeSpan>(ages);
    }
}
