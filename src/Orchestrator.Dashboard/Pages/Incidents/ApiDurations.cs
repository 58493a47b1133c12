using System.Globalization;

namespace Orchestrator.Dashboard.Pages.Incidents;

/// <summary>Durations as the API writes them: <c>250ms</c>, <c>45.801s</c>, <c>1h30m</c>.</summary>
public static class ApiDurations
{
    /// <summary>Most days that are read: below the longest time span.</summary>
    private const double MostDays = 1_000_000;

    private static readonly (string Suffix, double Seconds)[] Units =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800)];

    /// <summary>The duration; null for another text, and beyond a million days.</summary>
    public static TimeSpan? Read(string? text)
    {
        var (rest, seconds) = (text.AsSpan(), 0.0);
        if (rest.IsEmpty)
        {
            return null;
        }

        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAny("0123456789.") is var end and >= 0 ? end : rest.Length;
            var unit = rest[..letters].ToString();
            if (Array.Find(Units, one => one.Suffix == unit) is not { Seconds: > 0 } known)
            {
                return null;
            }

            seconds += number * known.Seconds;
            rest = rest[letters..];
        }

        return seconds <= MostDays * 86_400 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
