using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Orchestrator.Domain.Quantities;

/// <summary>Units that a sample may name, with their factor to base units.</summary>
internal static class SampleUnits
{
    private static readonly FrozenDictionary<string, double> Units = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["us"] = 0.001,
        ["ms"] = 1,
        ["s"] = 1000,
        ["m"] = 60_000,
        ["B"] = 1,
        ["KB"] = 1e3,
        ["MB"] = 1e6,
        ["GB"] = 1e9,
        ["TB"] = 1e12,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
        ["%"] = 0.01,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All names.</summary>
    public static ImmutableArray<string> All { get; } = ["us", "ms", "s", "m", "B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "%"];

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = "us, ms, s, m; B, KB, MB, GB, TB, KiB, MiB, GiB, TiB; %";

    /// <summary>Base units in one of <paramref name="name"/>: milliseconds, bytes, fractions of 1.</summary>
    public static double? Factor(string name) => Units.TryGetValue(name, out var factor) ? factor : null;

    /// <summary>The value in base units; 0.1 % is 0.001 and not the double above it.</summary>
    public static double Convert(double value, double factor) => factor < 1 ? value / Math.Round(1 / factor) : value * factor;
}
