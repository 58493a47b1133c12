namespace Orchestrator.Dashboard.Words;

/// <summary>Texts of numbers. A number that does not exist has a word, never a zero.</summary>
public static class Numbers
{
    /// <summary>Word for a number that was not measured.</summary>
    public const string Missing = "no samples";

    /// <summary>Thousands apart: <c>13,200</c>.</summary>
    public static string Count(long count) => count.ToString("N0", Viewer.Culture);

    /// <summary>
    /// Three digits that count, with the unit: <c>0.69 %</c>, <c>148 ms</c>, <c>13,200</c>, <c>1.25e+18</c>. A value that is not finite is
    /// <see cref="Missing"/>.
    /// </summary>
    public static string Value(double? value, string? unit = null) =>
        value is not { } number || !double.IsFinite(number) ? Missing
            : string.IsNullOrEmpty(unit) ? Digits(number)
            : $"{Digits(number)} {unit}";

    /// <summary>Counted things: <c>1 event</c>, <c>2 events</c>, <c>no events</c>.</summary>
    /// <param name="count">Their number.</param>
    /// <param name="one">The thing, <c>event</c>.</param>
    /// <param name="many">Plural, where an s is not enough: <c>people</c>.</param>
    public static string Plural(long count, string one, string? many = null) =>
        count == 1 ? $"1 {one}" : $"{(count == 0 ? "no" : Count(count))} {many ?? one + "s"}";

    /// <summary>A list in a sentence: <c>hold, error rate and review</c>.</summary>
    public static string List(IReadOnlyList<string> words, string last = "and") => words.Count switch
    {
        0 => "",
        1 => words[0],
        _ => $"{string.Join(", ", words.Take(words.Count - 1))} {last} {words[^1]}",
    };

    internal static string Digits(double value)
    {
        var size = Math.Abs(value);
        return size switch
        {
            0 => "0",
            >= 1e15 or < 1e-4 => value.ToString("0.##e+0", Viewer.Culture),
            >= 100 => value.ToString("#,0", Viewer.Culture),
            >= 10 => value.ToString("0.#", Viewer.Culture),
            >= 1 => value.ToString("0.##", Viewer.Culture),
            // Leading zeros do not count: 0.0123 and not 0.01.
            _ => Math.Round(value, Math.Clamp(2 - (int)Math.Floor(Math.Log10(size)), 0, 15)).ToString("0.#######", Viewer.Culture),
        };
    }
}
