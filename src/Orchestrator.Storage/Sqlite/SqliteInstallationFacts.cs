using System.Security.Cryptography;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Storage.Sqlite;

/// <summary>Installation facts of the embedded store.</summary>
internal sealed class SqliteInstallationFacts(SqliteStore store) : InstallationFacts, ILogProbe
{
    /// <summary>One page of the database: a smaller value could fit where no event fits, and a larger one would wear the disk.</summary>
    private const int ProbeBytes = 4096;

    /// <inheritdoc />
    public Task Write(CancellationToken stop) => store.Write(
        session => Set(session, Probe, Convert.ToHexString(RandomNumberGenerator.GetBytes(ProbeBytes / 2))), stop: stop);

    public override Task<string?> Get(string key, CancellationToken stop = default) => store.Read(session => Get(session, key), stop);

    internal static string? Get(Session session, string key) => (string?)session.Scalar("SELECT value FROM meta WHERE key = $0", key);

    internal static int Set(Session session, string key, string value) => session.Execute(
        "INSERT INTO meta (key, value) VALUES ($0, $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);

    private protected override bool Owns(string key) => key is Timeline or Probe || Schema.Owns(key);

    private protected override Task Store(string key, string value, CancellationToken stop) =>
        store.Write(session => Set(session, key, value), stop: stop);

    private protected override Task<string> Replace(string key, string? known, string value, CancellationToken stop) => store.Write(
        session =>
        {
            var holds = Get(session, key);
            if (holds != known)
            {
                return holds ?? throw new InvalidOperationException($"No value is stored under '{key}'; '{known}' was expected.");
            }

            Set(session, key, value);
            return value;
        },
        stop: stop);
}
