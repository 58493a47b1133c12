using System.Globalization;

namespace Orchestrator.Domain.Quantities;

/// <summary>Numbers for sentences: rounded, in the usual unit.</summary>
public static class QuantityText
{
    /// <summary>For example <c>0.6%</c>, <c>501 ms</c>, <c>81 MB</c>, <c>12.5/s</c>, <c>3</c>.</summary>
    public static string Format(double value, Unit unit) => unit switch
    {
        Unit.Ratio => Number(value * 100) + "%",
        Unit.Time => Number(value) + " ms",
        Unit.Size => Math.Abs(value) switch
        {
            >= 1e9 => Number(value / 1e9) + " GB",
            >= 1e6 => Number(value / 1e6) + " MB",
            >= 1e3 => Number(value / 1e3) + " KB",
            _ => Number(value) + " B",
        },
        Unit.Rate => Number(value) + "/s",
        _ => Number(value),
    };

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 1000 ? "0" : "0.####", CultureInfo.InvariantCulture);
}
