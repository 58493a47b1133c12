namespace Orchestrator.Domain.Segments;

/// <summary>A constant of a rule: exactly one of the four is given.</summary>
/// <param name="Text">A text.</param>
/// <param name="Number">A number that a double holds, or that an earlier build rounded to one.</param>
/// <param name="Boolean">A boolean.</param>
/// <param name="Integer">An integer at or beyond <see cref="FirstInexact"/>, which is compared exactly.</param>
public readonly record struct AttributeValue(string? Text, double? Number, bool? Boolean, long? Integer = null)
{
    /// <summary>2^53: from here on, in both directions, a double represents more than one integer.</summary>
    public const long FirstInexact = 1L << 53;

    /// <summary>A text.</summary>
    public static AttributeValue Of(string text) => new(text, null, null);

    /// <summary>A number.</summary>
    public static AttributeValue Of(double number) => new(null, number, null);

    /// <summary>An integer; one that a double holds exactly is the same constant as that number.</summary>
    public static AttributeValue Of(long integer) => IsExact(integer) ? Of((double)integer) : new(null, null, null, integer);

    /// <summary>A boolean.</summary>
    public static AttributeValue Of(bool boolean) => new(null, null, boolean);

    internal static bool IsExact(double number) => number is > -FirstInexact and < FirstInexact;

    internal static bool IsExact(long integer) => integer is > -FirstInexact and < FirstInexact;
}
