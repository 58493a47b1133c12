using Orchestrator.Dashboard.Sessions;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Silo;

/// <summary>Facts of the installation about sessions, which all nodes share.</summary>
internal sealed class SessionFacts(InstallationFacts facts) : ISessionStore
{
    public Task<string?> Get(string key, CancellationToken stop) => facts.Get(key, stop);

    public Task<string> Keep(string key, string? known, string text, CancellationToken stop) => facts.Keep(key, known, text, stop);
}
