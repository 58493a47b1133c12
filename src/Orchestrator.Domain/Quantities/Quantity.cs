namespace Orchestrator.Domain.Quantities;

/// <summary>Kind of a number. Values are stored in the base unit named here.</summary>
public enum Unit
{
    /// <summary>A plain number: counts, scores.</summary>
    Number,

    /// <summary>A fraction of 1; written in percent.</summary>
    Ratio,

    /// <summary>Milliseconds.</summary>
    Time,

    /// <summary>Bytes.</summary>
    Size,

    /// <summary>Events per second.</summary>
    Rate,
}

/// <summary>
/// A number in the base unit of <paramref name="Unit"/>: 0.5 % is <c>0.005</c>, 165 ms is <c>165</c>, 80 MB is <c>80000000</c>.
/// </summary>
public readonly record struct Quantity(double Value, Unit Unit);
