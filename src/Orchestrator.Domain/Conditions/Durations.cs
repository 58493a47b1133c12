using System.Globalization;

namespace Orchestrator.Domain.Conditions;

/// <summary>Durations as plans and the API write them: <c>90s</c>, <c>5m</c>, <c>48h</c>, <c>2d</c>, <c>1w</c>, <c>250ms</c>.</summary>
public static class Durations
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Longest duration a plan may speak of: ten years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Reads a number (decimals allowed) with one unit of ms, s, m, h, d, w. False for anything else, negatives and more than ten years.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (suffix, unit) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }

            var number = text[..^suffix.Length];
            if (number.IsEmpty || !char.IsAsciiDigit(number[0])
                || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                || count > Longest / unit)
            {
                return false;
            }

            duration = count * unit;
            return true;
        }

        return false;
    }

    /// <summary>The shortest exact way to write it, in the largest unit that divides it.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        foreach (var (suffix, unit) in ((string, TimeSpan)[])[("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1))])
        {
            if (duration.Ticks % unit.Ticks == 0)
            {
                return (duration.Ticks / unit.Ticks).ToString(CultureInfo.InvariantCulture) + suffix;
            }
        }

        return duration.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture) + "ms";
    }

    /// <summary>For sentences: the two largest units, <c>1d 22h</c>; not meant to be read back.</summary>
    public static string Rounded(TimeSpan duration)
    {
        (string Name, TimeSpan Unit)[] units = [("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1))];
        var whole = Whole(duration);
        for (var i = 0; i < units.Length - 1; i++)
        {
            var (rest, smaller) = (TimeSpan.FromTicks(whole.Ticks % units[i].Unit.Ticks), units[i + 1]);
            if (whole >= units[i].Unit)
            {
                var first = $"{whole.Ticks / units[i].Unit.Ticks}{units[i].Name}";
                return rest >= smaller.Unit ? $"{first} {rest.Ticks / smaller.Unit.Ticks}{smaller.Name}" : first;
            }
        }

        return Format(whole);
    }

    /// <summary>For tables that people read: <c>12ms</c>, <c>45.8s</c>, <c>1d 22h</c>; not meant to be read back.</summary>
    public static string Readable(TimeSpan duration) =>
        duration >= TimeSpan.FromMinutes(1) ? Rounded(duration)
        : duration >= TimeSpan.FromSeconds(1) ? Math.Round(duration.TotalSeconds, 1).ToString("0.#", CultureInfo.InvariantCulture) + "s"
        : duration == TimeSpan.Zero ? "0s"
        : duration.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + "ms";

    /// <summary>Rounded to whole seconds where it is that long.</summary>
    public static TimeSpan Whole(TimeSpan duration) =>
        duration >= TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds)) : duration;
}
