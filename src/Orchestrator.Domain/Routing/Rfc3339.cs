namespace Orchestrator.Domain.Routing;

/// <summary>Instants by RFC 3339, read from UTF-8 without allocation.</summary>
internal static class Rfc3339
{
    /// <summary>
    /// <c>2026-03-01T14:03:00[.25](Z|+01:00)</c> as UTC ticks; fractions beyond a tick are cut. A leap second is invalid.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long utcTicks)
    {
        utcTicks = 0;
        if (text.Length < 20 || (text[10] | 0x20) != 't' || text[13] != ':' || text[16] != ':'
            || !Day(text, out var year, out var month, out var day)
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks;
        var rest = text[19..];
        if (rest[0] == '.')
        {
            var unit = TimeSpan.TicksPerSecond;
            var at = 1;
            for (; at < rest.Length && char.IsAsciiDigit((char)rest[at]); at++)
            {
                unit /= 10;
                ticks += (rest[at] - '0') * unit;
            }

            if (at == 1)
            {
                return false;
            }

            rest = rest[at..];
        }

        if (!Offset(rest, out var offset))
        {
            return false;
        }

        utcTicks = ticks - offset;
        return true;
    }

    /// <summary><c>2026-03-01</c> as the ticks of its beginning in UTC.</summary>
    public static bool TryParseDay(ReadOnlySpan<byte> text, out long utcTicks)
    {
        utcTicks = 0;
        if (text.Length != 10 || !Day(text, out var year, out var month, out var day))
        {
            return false;
        }

        utcTicks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        return true;
    }

    /// <param name="text">At least ten bytes, of which the first ten count.</param>
    /// <param name="year">1 to 9999.</param>
    /// <param name="month">1 to 12.</param>
    /// <param name="day">A day that the month has.</param>
    private static bool Day(ReadOnlySpan<byte> text, out int year, out int month, out int day)
    {
        (month, day) = (0, 0);
        return Number(text[..4], out year) & (text[4] == '-') & Number(text[5..7], out month) & (text[7] == '-') & Number(
            text[8..10], out day)
            && year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    private static bool Offset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length == 1)
        {
            return (text[0] | 0x20) == 'z';
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !Number(text[1..3], out var hours) || !Number(text[4..6], out var minutes) || hours > 23 || minutes > 59)
        {
            return false;
        }

        ticks = ((hours * 60) + minutes) * TimeSpan.TicksPerMinute * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit((char)c))
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
