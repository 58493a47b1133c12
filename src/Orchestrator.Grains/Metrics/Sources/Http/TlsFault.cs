using System.Security.Authentication;

namespace Orchestrator.Grains.Metrics.Sources.Http;

/// <summary>The one sentence about a secure connection that did not come about.</summary>
internal static class TlsFault
{
    /// <summary>Null when the fault is none of TLS.</summary>
    /// <param name="broken">From the client.</param>
    /// <param name="named">Credentials by name; null for none.</param>
    /// <param name="certificateWanted">Whether the server wanted a client certificate and there was none.</param>
    /// <param name="certificateShown">Whether a client certificate was there to show.</param>
    public static string? Sentence(Exception broken, string? named, bool certificateWanted, bool certificateShown)
    {
        if (certificateWanted)
        {
            return $"no secure connection: the server wants a client certificate, and {(named is null ? "the source names no credentials" : $"the credentials '{named}' have none")}";
        }

        var refused = Chain(broken).OfType<AuthenticationException>().LastOrDefault();
        if (certificateShown && refused?.Message.Contains("remote certificate", StringComparison.OrdinalIgnoreCase) != true && !NeverReached(broken))
        {
            // A server that does not take a certificate breaks off after the handshake, and its reason may be lost on the way.
            return $"no secure connection: the server broke it off, perhaps because it does not take the client certificate of the credentials '{named}' ({Text(broken)})";
        }

        return refused is null ? null : $"no secure connection: {Text(refused)}";
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
