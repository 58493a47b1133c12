using System.Globalization;

namespace Orchestrator.Domain.Quantities;

/// <summary>Numbers of things in sentences.</summary>
public static class Counted
{
    /// <summary>A number with its noun, such as "1 rollback" and "2 rollbacks".</summary>
    /// <param name="number">The number.</param>
    /// <param name="one">The noun of one.</param>
    /// <param name="many">The noun of any other number; null for the one of one with an s.</param>
    public static string Of(long number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many ?? one + "s")}");
}
