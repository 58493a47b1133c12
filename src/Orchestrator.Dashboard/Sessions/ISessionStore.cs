namespace Orchestrator.Dashboard.Sessions;

/// <summary>Small texts that all nodes share, in the store of the installation.</summary>
public interface ISessionStore
{
    /// <summary>The text under a key; null when there is none.</summary>
    Task<string?> Get(string key, CancellationToken stop);

    /// <summary>Stores a text if the stored one is still <paramref name="known"/> (null: none), and returns the stored text.</summary>
    Task<string> Keep(string key, string? known, string text, CancellationToken stop);
}
