namespace Orchestrator.Domain.People;

/// <summary>
/// The improved raw estimator for HyperLogLog (Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017,
/// arXiv:1702.01284, algorithm 6). It has no bias between small and large numbers, and needs neither a table nor a second estimator.
/// </summary>
internal static class Cardinality
{
    /// <summary>A hash has 32 bits, so no sketch tells more users apart than this.</summary>
    public const long Most = 1L << 32;

    /// <summary>Bits of a hash that decide the value of a register.</summary>
    private const int Rest = 32 - PeopleSketch.Precision;

    /// <summary>Estimated number of users behind these registers.</summary>
    public static long Of(ReadOnlySpan<byte> registers)
    {
        const double count = PeopleSketch.Registers;
        Span<int> having = stackalloc int[Rest + 2];
        having.Clear();
        foreach (var register in registers)
        {
            having[register]++;
        }

        var z = count * Tau(1 - (having[Rest + 1] / count));
        for (var value = Rest; value >= 1; value--)
        {
            z = 0.5 * (z + having[value]);
        }

        z += count * Sigma(having[0] / count);

        // All registers at their highest would be infinitely many.
        return (long)Math.Round(Math.Min(count * count / (2 * Math.Log(2) * z), Most));
    }

    private static double Sigma(double x)
    {
        if (x >= 1)
        {
            return double.PositiveInfinity;
        }

        var (y, z) = (1.0, x);
        while (true)
        {
            x *= x;
            var before = z;
            z += x * y;
            y += y;
            if (z == before)
            {
                return z;
            }
        }
    }

    private static double Tau(double x)
    {
        if (x is <= 0 or >= 1)
        {
            return 0;
        }

        var (y, z) = (1.0, 1 - x);
        while (true)
        {
            x = Math.Sqrt(x);
            var before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
            if (z == before)
            {
                return z / 3;
            }
        }
    }
}
