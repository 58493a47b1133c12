using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestrator.Api.Ofrep;

/// <summary>The flag a request asks for.</summary>
internal static class FlagKey
{
    private const string Marker = "/evaluate/flags";

    /// <summary>
    /// The key as it was meant, slashes included; empty for a request for all flags. Taken from the target as it was sent: the decoded path
    /// keeps <c>%2F</c>, and so cannot tell it from <c>%252F</c>.
    /// </summary>
    public static ReadOnlySpan<char> Of(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var at = target?.IndexOf(Marker, StringComparison.Ordinal) ?? -1;
        if (at < 0)
        {
            // Not sent over HTTP/1.1 in its usual form, or with parts of the fixed path escaped.
            target = http.Request.Path.Value!;
            at = target.IndexOf(Marker, StringComparison.Ordinal);
        }

        var raw = target.AsSpan(at + Marker.Length);
        var end = raw.IndexOfAny('?', '#');
        raw = end < 0 ? raw : raw[..end];
        return raw.Length <= 1 ? [] : raw[1..].Contains('%') ? Uri.UnescapeDataString(raw[1..]) : raw[1..];
    }
}
