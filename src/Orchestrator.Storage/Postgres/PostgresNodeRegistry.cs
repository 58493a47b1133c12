using System.Text.Json;
using Orchestrator.Grains.Cluster;

namespace Orchestrator.Storage.Postgres;

/// <summary>Nodes of a cluster: a row for each, with the time of the database.</summary>
internal sealed class PostgresNodeRegistry(PostgresStore store) : INodeRegistry
{
    private const string Table = $"{PostgresSettings.Schema}.nodes";

    public Task Report(NodeReport report, CancellationToken stop = default) => store.Query(
        $"""
        INSERT INTO {Table} (id, report, reported) VALUES ($1, $2::jsonb, clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET report = excluded.report, reported = excluded.reported
        """, _ => 0, stop, report.Id, JsonSerializer.Serialize(report));

    public Task Leave(string node, CancellationToken stop = default) =>
        store.Query($"DELETE FROM {Table} WHERE id = $1", _ => 0, stop, node);

    public async Task<IReadOnlyList<KnownNode>> All(CancellationToken stop = default) => await store.Query(
        $"""
        SELECT report, greatest(clock_timestamp() - reported, reported - clock_timestamp()), reported FROM {Table}
        WHERE reported BETWEEN clock_timestamp() - interval '1 hour' AND clock_timestamp() + interval '1 hour' ORDER BY id COLLATE "C"
        """,
        row => new KnownNode(JsonSerializer.Deserialize<NodeReport>(row.GetString(0))!, row.GetTimeSpan(1))
        {
            Reported = row.GetFieldValue<DateTimeOffset>(2),
        }, stop).ConfigureAwait(false);
}
