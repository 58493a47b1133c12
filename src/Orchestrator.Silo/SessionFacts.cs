using Orchestrator.Dashboard.Sessions;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Silo;

/// <summary>What all nodes share about sessions, as facts of the installation.</summary>
internal sealed class SessionFacts(InstallationFacts facts) : ISessionStore
{
    public Task<string?> Get(string key, CancellationToken stop) => facts.Get(key, stop);

    public Task<string> Keep(string key, string? known, string text, CancellationToken stop) => facts.Keep(key, known, text, stop);
}
