using System.Globalization;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Quantities;

/// <summary>
/// A share of users: thousandths of a percent, 0 to 100,000, which is the width of a bucket. Plans, events and people say it in percent
/// with up to three decimals.
/// </summary>
[JsonConverter(typeof(ShareJson))]
public readonly record struct Share : IComparable<Share>
{
    /// <summary>100 % in thousandths of a percent; as many buckets exist.</summary>
    internal const int Whole = 100_000;

    private const decimal PerPercent = Whole / 100m;

    private Share(int thousandths) => Thousandths = thousandths;

    /// <summary>No user.</summary>
    public static Share None => default;

    /// <summary>Every user.</summary>
    public static Share All => new(Whole);

    /// <summary>Thousandths of a percent, 0 to 100,000.</summary>
    public int Thousandths { get; }

    /// <summary>Percent, 0 to 100.</summary>
    public decimal Percent => Thousandths / PerPercent;

    /// <summary>Part of one, 0 to 1.</summary>
    public double Fraction => Thousandths / (double)Whole;

    /// <summary>A share of so many percent; digits behind the third decimal are cut off.</summary>
    public static Share OfPercent(decimal percent) => Of((int)decimal.Truncate(percent * PerPercent));

    /// <summary>A share of so many thousandths of a percent.</summary>
    public static Share Of(int thousandths)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(thousandths);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(thousandths, Whole);
        return new Share(thousandths);
    }

    /// <summary>A part of one, rounded down; what a double loses on the way to a whole thousandth is not lost.</summary>
    public static Share OfFraction(double part) => new((int)Math.Floor((Math.Clamp(part, 0, 1) * Whole) + 1e-6));

    /// <summary>A part of a whole, rounded down; all of it where the part is at least the whole.</summary>
    public static Share Of(long part, long whole) => new((int)(Math.Clamp(part, 0, whole) * Whole / whole));

    /// <summary>The larger of two.</summary>
    public static Share Max(Share one, Share other) => one < other ? other : one;

    /// <summary>True when the users of a bucket, 0 to 99,999, are in the share. A user without a bucket (-1) is in none.</summary>
    public bool Includes(int bucket) => (uint)bucket < (uint)Thousandths;

    /// <inheritdoc/>
    public int CompareTo(Share other) => Thousandths.CompareTo(other.Thousandths);

    /// <summary>The text that operators read: <c>12.5%</c>.</summary>
    public override string ToString() => Percent.ToString("0.###", CultureInfo.InvariantCulture) + "%";

    /// <summary>The rest of a share, never less than none.</summary>
    public static Share operator -(Share from, Share part) => new(Math.Max(0, from.Thousandths - part.Thousandths));

    /// <summary>Fewer users.</summary>
    public static bool operator <(Share one, Share other) => one.Thousandths < other.Thousandths;

    /// <summary>More users.</summary>
    public static bool operator >(Share one, Share other) => one.Thousandths > other.Thousandths;

    /// <summary>No more users.</summary>
    public static bool operator <=(Share one, Share other) => one.Thousandths <= other.Thousandths;

    /// <summary>No fewer users.</summary>
    public static bool operator >=(Share one, Share other) => one.Thousandths >= other.Thousandths;
}
