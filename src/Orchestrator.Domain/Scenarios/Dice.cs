namespace Orchestrator.Domain.Scenarios;

/// <summary>
/// Noise by arithmetic: the same seed, name and round give the same number in every build and on every machine. SplitMix64 (Sebastiano
/// Vigna, public domain) over a hash of the name.
/// </summary>
internal static class Dice
{
    /// <summary>A number of a name, for <see cref="Throw"/>: FNV-1a of its characters.</summary>
    public static ulong Number(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in name)
        {
            hash = unchecked((hash ^ letter) * 1099511628211UL);
        }

        return hash;
    }

    /// <summary>A number from -1 to 1, evenly spread.</summary>
    public static double Throw(long seed, ulong name, long round)
    {
        unchecked
        {
            var mixed = Mix(Mix(Mix((ulong)seed) ^ name) ^ (ulong)round);
            return ((mixed >> 11) * (2.0 / (1UL << 53))) - 1;
        }
    }

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15UL;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
            return value ^ (value >> 31);
        }
    }
}
