using System.Text;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// A text to find in any case: each code point counts as its simple upper case by Unicode, without the rules of any language (as
/// <see cref="StringComparison.OrdinalIgnoreCase"/>). ß is not ss, and the dotless ı is not I. Searches UTF-8 in linear time and allocates nothing.
/// </summary>
internal sealed class FoldedText
{
    private readonly Rune[] _folded;

    /// <summary>
    /// Continuation of a search after a mismatch (Knuth, Morris, Pratt 1977): the length of the longest start that is also an end of the
    /// text up to there.
    /// </summary>
    private readonly int[] _again;

    public FoldedText(string text)
    {
        _folded = [.. text.EnumerateRunes().Select(Rune.ToUpperInvariant)];
        _again = new int[_folded.Length];
        for (int at = 1, matched = 0; at < _folded.Length; at++)
        {
            matched = Step(matched, _folded[at]);
            _again[at] = matched;
        }
    }

    public bool IsAllOf(ReadOnlySpan<byte> seen) => Starts(ref seen) && seen.IsEmpty;

    public bool IsStartOf(ReadOnlySpan<byte> seen) => Starts(ref seen);

    public bool IsEndOf(ReadOnlySpan<byte> seen)
    {
        for (var at = _folded.Length - 1; at >= 0; at--)
        {
            Rune.DecodeLastFromUtf8(seen, out var rune, out var length);
            if (length == 0 || Rune.ToUpperInvariant(rune) != _folded[at])
            {
                return false;
            }

            seen = seen[..^length];
        }

        return true;
    }

    public bool IsPartOf(ReadOnlySpan<byte> seen)
    {
        for (var matched = 0; matched < _folded.Length;)
        {
            Rune.DecodeFromUtf8(seen, out var rune, out var length);
            if (length == 0)
            {
                return false;
            }

            matched = Step(matched, Rune.ToUpperInvariant(rune));
            seen = seen[length..];
        }

        return true;
    }

    private int Step(int matched, Rune next)
    {
        while (matched > 0 && _folded[matched] != next)
        {
            matched = _again[matched - 1];
        }

        return _folded[matched] == next ? matched + 1 : matched;
    }

    private bool Starts(ref ReadOnlySpan<byte> seen)
    {
        foreach (var expected in _folded)
        {
            Rune.DecodeFromUtf8(seen, out var rune, out var length);
            if (length == 0 || Rune.ToUpperInvariant(rune) != expected)
            {
                return false;
            }

            seen = seen[length..];
        }

        return true;
    }
}
