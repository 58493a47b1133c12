using System.Security.Authentication;

namespace Orchestrator.Grains.Metrics.Sources.Http;

/// <summary>The one sentence about a secure connection that did not come about.</summary>
internal static class TlsFault
{
    /// <summary>Null when the fault is none of TLS.</summary>
    /// <param name="broken">From the client.</param>
    /// <param name="named">Credentials by name; null for none.</param>
    /// <param name="certificateWanted">Whether the server wanted a client certificate and there was none.</param>
    public static string? Sentence(Exception broken, string? named, bool certificateWanted)
    {
        if (certificateWanted)
        {
            return $"no secure connection: the server wants a client certificate, and {(named is null ? "the source names no credentials" : $"the credentials '{named}' have none")}";
        }

        return Chain(broken).OfType<AuthenticationException>().LastOrDefault() is { } refused
            ? $"no secure connection: {Innermost(refused).Message.TrimEnd('.')}"
            : null;
    }

    private static Exception Innermost(Exception outer) => Chain(outer).Last();

    private static IEnumerable<Exception> Chain(Exception? outer)
    {
        for (var one = outer; one is not null; one = one.InnerException)
        {
            yield return one;
        }
    }
}
