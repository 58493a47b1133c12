using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Domain.Quantities;

/// <summary>Units as conditions write them, and their factors to the base unit.</summary>
public static class Units
{
    private static readonly ImmutableArray<(string Suffix, Unit Unit, decimal Factor)> Known =
    [
        ("%", Unit.Ratio, 0.01m),
        ("ms", Unit.Time, 1m), ("s", Unit.Time, 1000m),
        ("B", Unit.Size, 1m),
        ("KB", Unit.Size, 1e3m), ("kB", Unit.Size, 1e3m), ("MB", Unit.Size, 1e6m), ("GB", Unit.Size, 1e9m),
        ("KiB", Unit.Size, 1024m), ("MiB", Unit.Size, 1024m * 1024), ("GiB", Unit.Size, 1024m * 1024 * 1024),
        ("/s", Unit.Rate, 1m),
    ];

    /// <summary>Every suffix, for messages.</summary>
    public static string Listed { get; } = string.Join(", ", Known.Select(u => u.Suffix));

    /// <summary>The unit of a suffix and its factor to the base unit; false for an unknown one.</summary>
    public static bool TryFind(ReadOnlySpan<char> suffix, out Unit unit, out decimal factor)
    {
        foreach (var known in Known)
        {
            if (suffix.SequenceEqual(known.Suffix))
            {
                (_, unit, factor) = known;
                return true;
            }
        }

        (unit, factor) = (Unit.Number, 1m);
        return false;
    }

    /// <summary>The quantity as conditions write it, exactly: <c>0.5%</c>, <c>150ms</c>, <c>80MB</c>, <c>20/s</c>, <c>3</c>.</summary>
    public static string Format(Quantity quantity)
    {
        var value = Exact(quantity.Value);
        return quantity.Unit switch
        {
            Unit.Ratio => Plain(value * 100) + "%",
            Unit.Time => value != 0 && value % 1000 == 0 ? Plain(value / 1000) + "s" : Plain(value) + "ms",
            Unit.Size => Size(value),
            Unit.Rate => Plain(value) + "/s",
            _ => Plain(value),
        };
    }

    /// <summary>Name of a unit in a sentence.</summary>
    public static string Name(Unit unit) => unit switch
    {
        Unit.Ratio => "a share (%)",
        Unit.Time => "a time (ms, s)",
        Unit.Size => "a size (KB, MB, GB, KiB, MiB, GiB)",
        Unit.Rate => "a rate (/s)",
        _ => "a plain number",
    };

    internal static string Plain(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    /// <summary>The shortest decimal that gives the double: the number in the plan.</summary>
    internal static decimal Exact(double value) =>
        decimal.Parse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The double nearest to the decimal; a cast is not always that one.</summary>
    internal static double Nearest(decimal value) =>
        double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Size(decimal value)
    {
        foreach (var (suffix, factor) in ((string, decimal)[])
            [("GB", 1e9m), ("MB", 1e6m), ("KB", 1e3m), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10)])
        {
            if (value != 0 && value % factor == 0)
            {
                return Plain(value / factor) + suffix;
            }
        }

        return Plain(value) + "B";
    }
}
