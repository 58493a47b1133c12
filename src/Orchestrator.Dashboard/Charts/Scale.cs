using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Charts;

/// <summary>Axis of values: round ends, round ticks, and the place of a value between them. Every number of it is finite.</summary>
internal sealed class Scale
{
    /// <summary>Values beyond are drawn at the edge: sums and differences up to here stay exact enough, and never overflow.</summary>
    private const double Most = 1e15;

    /// <summary>Smallest range that is drawn: narrower ones vanish in the digits of a double.</summary>
    private const double Least = 1e-9;

    private Scale(double low, double high, double step)
    {
        (Low, High, Step) = (low, high, step);
        var count = (int)Math.Round((high - low) / step);
        Ticks = [.. Enumerable.Range(0, count + 1).Select(i => Math.Round(low + (i * step), Decimals))];
    }

    /// <summary>Value at the bottom.</summary>
    public double Low { get; }

    /// <summary>Value at the top.</summary>
    public double High { get; }

    /// <summary>Distance of two ticks: 1, 2, 2.5 or 5 times a power of ten.</summary>
    public double Step { get; }

    /// <summary>Values with a line across the chart, from below; between 2 and 11.</summary>
    public IReadOnlyList<double> Ticks { get; }

    private int Decimals => DecimalsOf(Step);

    /// <summary>Scale over these values. It begins at zero unless all values are far from it and <paramref name="zero"/> is false.</summary>
    /// <param name="values">Values to include; those that are not finite are left out.</param>
    /// <param name="zero">True to include zero.</param>
    /// <param name="wanted">Number of steps that would look best.</param>
    public static Scale Of(IEnumerable<double> values, bool zero = true, int wanted = 4)
    {
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(double.IsFinite).Select(Clamp))
        {
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }

        if (min > max)
        {
            (min, max) = (0, 1);
        }

        if (zero)
        {
            (min, max) = (Math.Min(min, 0), Math.Max(max, 0));
        }

        // One value alone stands in the middle of a range of its own size.
        var least = Math.Max(Least, Math.Max(Math.Abs(min), Math.Abs(max)) * 1e-6);
        if (max - min < least)
        {
            var around = Math.Max(least, Math.Abs(max) / 2);
            (min, max) = zero && min >= 0 ? (0, max + around) : (min - around, max + around);
        }

        var step = Nice((max - min) / Math.Clamp(wanted, 1, 8));
        return new Scale(Math.Floor((min / step) + 1e-9) * step, Math.Ceiling((max / step) - 1e-9) * step, step);
    }

    /// <summary>Place of a value: 0 at the bottom, 1 at the top; values outside are at the edge.</summary>
    public double At(double value) => double.IsNaN(value) ? 0 : Math.Clamp((Clamp(value) - Low) / (High - Low), 0, 1);

    /// <summary>Text of a tick, all with the same decimals: <c>0.25</c>, <c>1,500</c>, <c>2.5 M</c>.</summary>
    public string Label(double tick)
    {
        var (unit, name) = Math.Max(Math.Abs(Low), Math.Abs(High)) switch
        {
            >= 1e12 => (1e12, " T"),
            >= 1e9 => (1e9, " G"),
            >= 1e6 => (1e6, " M"),
            _ => (1, ""),
        };
        var decimals = DecimalsOf(Step / unit);
        return unit > 1 && tick == 0 ? "0" : (tick / unit).ToString($"N{Svg.N(decimals)}", Viewer.Culture) + name;
    }

    /// <summary>Decimals of the multiples of a step.</summary>
    private static int DecimalsOf(double step)
    {
        var isQuarter = Math.Abs((step / Math.Pow(10, Math.Floor(Math.Log10(step) + 1e-9))) - 2.5) < 0.01;
        return (int)Math.Clamp(Math.Ceiling(-Math.Log10(step) - 1e-9) + (isQuarter ? 1 : 0), 0, 12);
    }

    /// <summary>The next of 1, 2, 2.5, 5 and 10 times a power of ten that is not smaller.</summary>
    private static double Nice(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 2.5, 5])
        {
            if (rough <= factor * power * (1 + 1e-9))
            {
                return factor * power;
            }
        }

        return 10 * power;
    }

    private static double Clamp(double value) => Math.Clamp(value, -Most, Most);
}
