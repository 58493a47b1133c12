using System.Security.Cryptography;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Postgres;

/// <summary>Installation facts of a cluster.</summary>
internal sealed class PostgresInstallationFacts(PostgresStore store) : InstallationFacts, ILogProbe
{
    private const string Table = $"{PostgresSettings.Schema}.meta";

    public override async Task<string?> Get(string key, CancellationToken stop = default) =>
        (await store.Query($"SELECT value FROM {Table} WHERE key = $1", row => row.GetString(0), stop, key).ConfigureAwait(false))
        .SingleOrDefault();

    public Task Write(CancellationToken stop) => Store(Probe, Convert.ToHexString(RandomNumberGenerator.GetBytes(512)), stop);

    private protected override bool Owns(string key) => key is Timeline or Probe;

    private protected override Task Store(string key, string value, CancellationToken stop) => store.Query(
        $"INSERT INTO {Table} (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", _ => 0, stop,
        key, value);

    private protected override async Task<string> Replace(string key, string? known, string value, CancellationToken stop)
    {
        var changed = known is null
            ? await store.Query(
                $"INSERT INTO {Table} (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING value", row => row.GetString(0), stop,
                key, value).ConfigureAwait(false)
            : await store.Query(
                $"UPDATE {Table} SET value = $2 WHERE key = $1 AND value = $3 RETURNING value", row => row.GetString(0), stop,
                key, value, known).ConfigureAwait(false);
        return changed.SingleOrDefault() ?? await Get(key, stop).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"No value is stored under '{key}'; '{known}' was expected.");
    }
}
