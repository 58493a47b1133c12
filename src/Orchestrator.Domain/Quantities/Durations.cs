using System.Buffers;
using System.Globalization;

namespace Orchestrator.Domain.Quantities;

/// <summary>
/// Durations as plans and the API write them: <c>90s</c>, <c>5m</c>, <c>1h30m</c>, <c>48h</c>, <c>2d</c>, <c>1w</c>, <c>250ms</c>.
/// </summary>
public static class Durations
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
    ];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Longest duration in a plan: ten years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>
    /// Reads numbers with units of w, d, h, m, s and ms, from the largest to the smallest and each once: <c>90m</c>, <c>1h30m</c>,
    /// <c>1.5h</c>. Only the last number may have decimals. False for anything else, negatives and more than ten years together.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var sum = TimeSpan.Zero;
        var above = TimeSpan.MaxValue;
        do
        {
            var digits = text.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !Unit(text[digits..], out var length, out var unit) || unit >= above
                || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                || count > Longest / unit || !char.IsAsciiDigit(text[0]))
            {
                return false;
            }

            var rest = text[(digits + length)..];
            if (!rest.IsEmpty && text[..digits].Contains('.'))
            {
                return false;
            }

            sum += count * unit;
            above = unit;
            text = rest;
        }
        while (!text.IsEmpty);

        duration = sum;
        return sum <= Longest;
    }

    /// <summary>The shortest exact way to write it, in the largest unit that divides it.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        foreach (var (suffix, unit) in ((string, TimeSpan)[])[("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)),
            ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1))])
        {
            if (duration.Ticks % unit.Ticks == 0)
            {
                return (duration.Ticks / unit.Ticks).ToString(CultureInfo.InvariantCulture) + suffix;
            }
        }

        return duration.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture) + "ms";
    }

    /// <summary>For sentences: the two largest units, <c>1d 22h</c>; not meant for parsing.</summary>
    public static string Rounded(TimeSpan duration)
    {
        (string Name, TimeSpan Unit)[] units = [("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)),
            ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1))];
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

    /// <summary>For tables: <c>12ms</c>, <c>45.8s</c>, <c>1d 22h</c>; not meant for parsing.</summary>
    public static string Readable(TimeSpan duration) =>
        duration >= TimeSpan.FromMinutes(1) ? Rounded(duration)
        : duration >= TimeSpan.FromSeconds(1) ? Math.Round(duration.TotalSeconds, 1).ToString("0.#", CultureInfo.InvariantCulture) + "s"
        : duration == TimeSpan.Zero ? "0s"
        : duration.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + "ms";

    /// <summary>Rounded to whole seconds where it is that long.</summary>
    public static TimeSpan Whole(TimeSpan duration) =>
        duration >= TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds)) : duration;

    private static bool Unit(ReadOnlySpan<char> text, out int length, out TimeSpan unit)
    {
        foreach (var (suffix, known) in Units)
        {
            // "ms" must come before "m".
            if (text.StartsWith(suffix, StringComparison.Ordinal))
            {
                (length, unit) = (suffix.Length, known);
                return true;
            }
        }

        (length, unit) = (0, TimeSpan.Zero);
        return false;
    }
}
