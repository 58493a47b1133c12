namespace Orchestrator.Storage.Sqlite;

/// <summary>Small facts about the installation that are no events, such as the anchor of its clock. Durable.</summary>
public sealed class Meta
{
    private readonly SqliteStore store;

    internal Meta(SqliteStore store) => this.store = store;

    /// <summary>The value under <paramref name="key"/>; null when there is none.</summary>
    public Task<string?> Get(string key, CancellationToken stop = default) => store.Read(session => Get(session, key), stop);

    /// <summary>Keeps <paramref name="value"/> under <paramref name="key"/>; returns when it is durable.</summary>
    /// <exception cref="ArgumentException">The key belongs to the store itself.</exception>
    public Task Set(string key, string value, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Schema.Owns(key)
            ? throw new ArgumentException($"The key '{key}' belongs to the store itself.", nameof(key))
            : store.Write(session => Set(session, key, value), stop: stop);
    }

    internal static string? Get(Session session, string key) => (string?)session.Scalar("SELECT value FROM meta WHERE key = $0", key);

    internal static int Set(Session session, string key, string value) => session.Execute(
        "INSERT INTO meta (key, value) VALUES ($0, $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);
}
