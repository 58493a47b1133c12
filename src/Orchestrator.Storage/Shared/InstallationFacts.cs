namespace Orchestrator.Storage.Shared;

/// <summary>
/// Small facts about the installation that are no events, such as the anchor of its clock. They are durable, and the same for every
/// process on the store.
/// </summary>
public abstract class InstallationFacts
{
    private protected InstallationFacts()
    {
    }

    /// <summary>Key of the timeline, which belongs to the store itself: 1 from the start, one more with each restore of a backup.</summary>
    internal const string Timeline = "timeline";

    /// <summary>Key of the value that write probes replace. The value has no meaning.</summary>
    internal const string Probe = "probe";

    /// <summary>The value under <paramref name="key"/>; null when there is none.</summary>
    public abstract Task<string?> Get(string key, CancellationToken stop = default);

    /// <summary>Stores <paramref name="value"/> under <paramref name="key"/>; returns when it is durable.</summary>
    /// <exception cref="ArgumentException">The key belongs to the store itself.</exception>
    public Task Set(string key, string value, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Store(Free(key), value, stop);
    }

    /// <summary>
    /// Stores <paramref name="value"/> if the stored value is still <paramref name="known"/> (null: none), and returns the stored value:
    /// of several processes that start at once, the first one decides for all.
    /// </summary>
    /// <exception cref="ArgumentException">The key belongs to the store itself.</exception>
    public Task<string> Keep(string key, string? known, string value, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Replace(Free(key), known, value, stop);
    }

    /// <summary>True for a key that belongs to the store itself.</summary>
    private protected abstract bool Owns(string key);

    private protected abstract Task Store(string key, string value, CancellationToken stop);

    private protected abstract Task<string> Replace(string key, string? known, string value, CancellationToken stop);

    private string Free(string key) =>
        Owns(key) ? throw new ArgumentException($"The key '{key}' belongs to the store itself.", nameof(key)) : key;
}
