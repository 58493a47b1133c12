using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestrator.Api.Ofrep;

/// <summary>The flag key of a request.</summary>
internal static class FlagKey
{
    private const string Marker = "/evaluate/flags";

    /// <summary>
    /// The decoded key, slashes included; empty for a request for all flags. Read from the raw target: the decoded path
    /// keeps <c>%2F</c>, so it is ambiguous with <c>%252F</c>.
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
