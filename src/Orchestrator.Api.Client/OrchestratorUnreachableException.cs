namespace Orchestrator.Api.Client;

/// <summary>No server answered.</summary>
public sealed class OrchestratorUnreachableException : Exception
{
    internal OrchestratorUnreachableException(IReadOnlyList<UnreachableServer> servers, bool mayBeApplied, Exception? inner)
        : base(Sentence(servers, mayBeApplied), inner) => (Servers, MayBeApplied) = (servers, mayBeApplied);

    /// <summary>Servers that were tried, each with the reason.</summary>
    public IReadOnlyList<UnreachableServer> Servers { get; }

    /// <summary>
    /// True when a server may have taken the request before its connection failed. Sent again with its Idempotency-Key, a command is
    /// applied once.
    /// </summary>
    public bool MayBeApplied { get; }

    private static string Sentence(IReadOnlyList<UnreachableServer> servers, bool mayBeApplied) =>
        $"No server answered: {string.Join("; ", servers.Select(one => $"{one.Server}: {one.Reason}"))}."
        + (mayBeApplied ? " The request may have been taken before the connection failed." : "");
}

/// <summary>A server that did not answer.</summary>
/// <param name="Server">Its base address.</param>
/// <param name="Reason">Reason.</param>
public sealed record UnreachableServer(Uri Server, string Reason);
