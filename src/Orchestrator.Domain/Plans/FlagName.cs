namespace Orchestrator.Domain.Plans;

/// <summary>Keys of flags: free text, as long as it can stand in an address. OFREP asks for a flag by the last segment of one.</summary>
public static class FlagName
{
    /// <summary>Most characters.</summary>
    public const int Longest = 256;

    /// <summary>The rule that a key breaks, as the end of a sentence; null when services can ask for it.</summary>
    /// <remarks>
    /// RFC 3986, 5.2.4: clients and proxies take the segments <c>.</c> and <c>..</c> out of an address, also percent-encoded ones. A slash is encoded and
    /// arrives; an empty segment beside it is merged away by proxies.
    /// </remarks>
    public static string? Rule(string key) =>
        key.Split('/').Any(segment => segment is "." or "..") ? "cannot be asked for: '.' and '..' as a part of an address are taken out of it on the way"
        : key.Any(char.IsControl) ? "holds a control character, which no address can carry"
        : null;
}
