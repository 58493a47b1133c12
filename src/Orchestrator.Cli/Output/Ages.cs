using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Cli.Output;

/// <summary>Times in tables: ages, as 45s, 12m, 3h or 9d.</summary>
internal static class Ages
{
    public static string Of(TimeSpan age) => age.Ticks < 0 ? "0s" : age switch
    {
        { TotalSeconds: < 60 } => Whole(age.TotalSeconds, "s"),
        { TotalMinutes: < 60 } => Whole(age.TotalMinutes, "m"),
        { TotalHours: < 48 } => Whole(age.TotalHours, "h"),
        _ => Whole(age.TotalDays, "d"),
    };

    /// <summary>Age of an instant of a row; null when it is absent.</summary>
    public static string? Of(JsonElement row, string path) => row.Instant(path) is { } at ? Of(DateTimeOffset.UtcNow - at) : null;

    private static string Whole(double count, string unit) => Math.Floor(count).ToString("0", CultureInfo.InvariantCulture) + unit;
}
