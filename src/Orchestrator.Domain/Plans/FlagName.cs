namespace Orchestrator.Domain.Plans;

/// <summary>Keys of flags: free text that fits into a URL. OFREP names a flag by the last segment of its URL.</summary>
public static class FlagName
{
    /// <summary>Longest key in characters.</summary>
    public const int Longest = 256;

    /// <summary>The rule that a key breaks, as the end of a sentence; null when clients can evaluate it.</summary>
    /// <remarks>
    /// RFC 3986, 5.2.4: clients and proxies remove the segments <c>.</c> and <c>..</c> from a URL, also percent-encoded ones. A slash is
    /// encoded and arrives; an empty segment beside it is merged away by proxies.
    /// </remarks>
    public static string? Rule(string key) =>
        key.Split('/').Any(segment => segment is "." or "..") ? "cannot be evaluated by URL: clients and proxies remove the path segments '.' and '..'"
        : key.Any(char.IsControl) ? "contains a control character, which no URL can carry"
        : null;
}
