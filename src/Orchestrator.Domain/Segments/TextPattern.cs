using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// A regular expression of a rule, in the syntax of .NET without captures, back references and look-arounds: found in a time that grows
/// with the length of the input alone (<see cref="RegexOptions.NonBacktracking"/>). Made by <see cref="TryRead"/> only, which bounds its cost.
/// </summary>
public sealed class TextPattern : IEquatable<TextPattern>
{
    /// <summary>Longest text that is searched, in bytes of UTF-8.</summary>
    public const int LongestInput = 512;

    /// <summary>Longest pattern in characters.</summary>
    public const int Longest = 256;

    /// <summary>
    /// Most atoms with every repetition written out. The engine keeps up to 10,000 sets of them for each pattern: some 20 MB at the worst.
    /// </summary>
    public const int MostAtoms = 200;

    private readonly Regex _regex;

    private TextPattern(string text, bool ignoreCase, Regex regex) => (Text, IgnoreCase, _regex) = (text, ignoreCase, regex);

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>True when the case of letters is ignored.</summary>
    public bool IgnoreCase { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="ignoreCase">True when the case of letters is ignored.</param>
    /// <param name="pattern">The pattern, when the result is null.</param>
    /// <returns>Null; else the reason why the text is no pattern, as the end of a sentence.</returns>
    public static string? TryRead(string text, bool ignoreCase, out TextPattern pattern)
    {
        pattern = null!;
        if (text.Length is 0 or > Longest)
        {
            return $"must have 1 to {Longest} characters, but has {text.Length}";
        }

        if (text.Contains("(?", StringComparison.Ordinal)
            && text.Replace("(?:", "", StringComparison.Ordinal).Contains("(?", StringComparison.Ordinal))
        {
            return "may group by ( ) and (?: ) only: no look-arounds, names or options (for case there is 'ignoreCase')";
        }

        if (Atoms(text) is var atoms and > MostAtoms)
        {
            return $"has {atoms} characters and classes with its repetitions written out, more than {MostAtoms}";
        }

        try
        {
            var letters = RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
            pattern = new TextPattern(text, ignoreCase, new Regex(text, RegexOptions.NonBacktracking | letters));
            return null;
        }
        catch (RegexParseException broken)
        {
            return $"is not a regular expression: {broken.Error} at character {broken.Offset}";
        }
        catch (NotSupportedException)
        {
            return "needs more than linear time, for example for a back reference";
        }
    }

    /// <summary>True when the pattern is found anywhere in the text (UTF-8). A text longer than <see cref="LongestInput"/> never matches.</summary>
    public bool IsIn(ReadOnlySpan<byte> text)
    {
        if (text.Length > LongestInput)
        {
            return false;
        }

        Span<char> characters = stackalloc char[LongestInput];
        return _regex.IsMatch(characters[..Encoding.UTF8.GetChars(text, characters)]);
    }

    /// <inheritdoc />
    public bool Equals(TextPattern? other) => other is not null && other.Text == Text && other.IgnoreCase == IgnoreCase;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as TextPattern);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Text, IgnoreCase);

    /// <inheritdoc />
    public override string ToString() => $"/{Text}/{(IgnoreCase ? "i" : "")}";

    /// <summary>An upper bound: a repetition multiplies the part before it, a group is the sum of its parts.</summary>
    private static long Atoms(string text)
    {
        var outer = new Stack<long>();
        var (sum, last) = (0L, 0L);
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '(':
                    outer.Push(sum);
                    sum = 0;
                    break;
                case ')' when outer.Count > 0:
                    last = Math.Max(1, sum);
                    sum = outer.Pop() + last;
                    break;
                case '{' when Most(text, at) is { } times:
                    sum += last * (times - 1);
                    last *= times;
                    at = text.IndexOf('}', at);
                    break;
                case '*' or '+' or '?' or '|' or '^' or '$':
                    break;
                default:
                    at = End(text, at);
                    last = 1;
                    sum++;
                    break;
            }

            if (sum > int.MaxValue)
            {
                return sum;
            }
        }

        return sum;
    }

    /// <summary>Index of the last character of an escape or a class; for anything else the index of the character itself.</summary>
    private static int End(string text, int at)
    {
        if (text[at] == '\\')
        {
            var category = at + 2 < text.Length && text[at + 1] is 'p' or 'P' && text[at + 2] == '{' ? text.IndexOf('}', at) : -1;
            return category >= 0 ? category : at + 1;
        }

        if (text[at] != '[')
        {
            return at;
        }

        // A bracket right after the start is a character of the class.
        var from = at + (at + 1 < text.Length && text[at + 1] == '^' ? 2 : 1);
        for (var (place, depth) = (from, 1); place < text.Length; place++)
        {
            depth += text[place] == '[' && text[place - 1] == '-' ? 1 : text[place] == ']' && place > from ? -1 : 0;
            if (depth == 0)
            {
                return place;
            }

            place += text[place] == '\\' ? 1 : 0;
        }

        return text.Length;
    }

    /// <summary>The most repetitions of a quantifier in braces; null when the braces are no quantifier.</summary>
    private static long? Most(string text, int at)
    {
        var end = text.IndexOf('}', at);
        if (end < 0)
        {
            return null;
        }

        var most = 1L;
        foreach (var part in text[(at + 1)..end].Split(',', 3))
        {
            if (part.Length == 0)
            {
                continue;
            }

            if (!int.TryParse(part, System.Globalization.NumberStyles.None, null, out var count))
            {
                return null;
            }

            most = Math.Max(most, count);
        }

        return most;
    }
}
