using System.Security.Authentication;

namespace Orchestrator.Grains.Metrics.Sources.Http;

/// <summary>The sentence about a failed TLS connection.</summary>
internal static class TlsFault
{
    /// <summary>Null when the fault is not one of TLS.</summary>
    /// <param name="broken">From the client.</param>
    /// <param name="named">Credentials by name; null for none.</param>
    /// <param name="certificateWanted">True when the server asked for a client certificate and there was none.</param>
    /// <param name="certificateShown">True when a client certificate was sent.</param>
    public static string? Sentence(Exception broken, string? named, bool certificateWanted, bool certificateShown)
    {
        if (certificateWanted)
        {
            return $"TLS connection failed: the server requires a client certificate, and {(named is null ? "the source names no credentials" : $"the credentials '{named}' have none")}";
        }

        var refused = Chain(broken).OfType<AuthenticationException>().LastOrDefault();
        if (certificateShown && refused?.Message.Contains("remote certificate", StringComparison.OrdinalIgnoreCase) != true && !NeverReached(broken))
        {
            // A server that rejects a certificate closes the connection after the handshake, and its reason may be lost.
            return $"TLS connection failed: the server closed it, perhaps because it rejects the client certificate of the credentials '{named}' ({Text(broken)})";
        }

        return refused is null ? null : $"TLS connection failed: {Text(refused)}";
    }

    private static bool NeverReached(Exception broken) =>
        broken is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private static string Text(Exception outer) => Chain(outer).Last().Message.TrimEnd('.');

    private static IEnumerable<Exception> Chain(Exception? outer)
    {
        for (var one = outer; one is not null; one = one.InnerException)
        {
            yield return one;
        }
    }
}
