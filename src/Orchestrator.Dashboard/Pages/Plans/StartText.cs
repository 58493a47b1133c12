namespace Orchestrator.Dashboard.Pages.Plans;

/// <summary>Start of a preview, as a form sends it: a day or a minute, in UTC.</summary>
public static class StartText
{
    /// <summary>The instant for the API; null when the form was left empty. Any other text goes to the API, which names the rule.</summary>
    public static string? Instant(string? typed) => typed?.Trim() switch
    {
        null or "" => null,
        { Length: 10 } day => day + "T00:00:00Z",
        { Length: 16 } minute => minute + ":00Z",
        { } other => other,
    };
}
