using Orchestrator.Domain.Quantities;

namespace Orchestrator.Dashboard.Calls;

/// <summary>Durations as the API writes them: <c>15s</c>, <c>1h30m</c>.</summary>
public static class ApiDurations
{
    /// <summary>The duration; null when the text is none.</summary>
    public static TimeSpan? Read(string? text) => Durations.TryParse(text, out var duration) ? duration : null;
}
