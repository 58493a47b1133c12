namespace Orchestrator.Dashboard.Frame;

/// <summary>Paths to return to: of this site only, whatever an address says.</summary>
public static class LocalPath
{
    /// <summary>The path, when it begins with one slash and has no character that a browser turns into another; else the overview.</summary>
    public static string Of(string? path) =>
        path is ['/', ..] && path is not ['/', '/', ..] && !path.AsSpan().ContainsAny('\\', '\r', '\n', '\t') && !path.Any(char.IsControl) ? path : "/";
}
