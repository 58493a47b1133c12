using System.Globalization;

namespace Orchestrator.Domain.Conditions;

/// <summary>An error in a condition, with its place in the text.</summary>
/// <param name="Message">A sentence.</param>
/// <param name="Column">From 1.</param>
public sealed record ConditionError(string Message, int Column);

/// <summary>Cuts a condition into words, numbers and signs, on demand: the meaning of a piece depends on the expected one.</summary>
internal ref struct ConditionScanner(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;

    /// <summary>Column of the next piece, from 1.</summary>
    public int Column
    {
        get
        {
            SkipSpace();
            return _position + 1;
        }
    }

    public bool AtEnd
    {
        get
        {
            SkipSpace();
            return _position == _text.Length;
        }
    }

    /// <summary>Takes a sign such as <c>&gt;=</c> or <c>(</c>.</summary>
    public bool Take(string sign)
    {
        SkipSpace();
        if (!_text[_position..].StartsWith(sign, StringComparison.Ordinal))
        {
            return false;
        }

        _position += sign.Length;
        return true;
    }

    /// <summary>Takes this word and not a longer one.</summary>
    public bool TakeWord(string word)
    {
        if (!PeekWord().SequenceEqual(word))
        {
            return false;
        }

        _position += word.Length;
        return true;
    }

    /// <summary>The next run of letters, digits, <c>_</c> and <c>-</c>; empty when there is none.</summary>
    public ReadOnlySpan<char> PeekWord()
    {
        SkipSpace();
        var end = _position;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is '_' or '-'))
        {
            end++;
        }

        return _text[_position..end];
    }

    public string Word()
    {
        var word = PeekWord();
        _position += word.Length;
        return word.ToString();
    }

    /// <summary>Column of the next character, from 1.</summary>
    public readonly int Place => _position + 1;

    /// <summary>True when the next piece begins with this sign. Takes nothing but space.</summary>
    public bool Peek(char sign)
    {
        SkipSpace();
        return _position < _text.Length && _text[_position] == sign;
    }

    /// <summary>Takes the next character, whatever it is; NUL at the end.</summary>
    public char Next() => _position < _text.Length ? _text[_position++] : '\0';

    /// <summary>The run of characters that <paramref name="belongs"/> accepts; empty when there is none. Takes them.</summary>
    public ReadOnlySpan<char> Run(Func<char, bool> belongs)
    {
        var start = _position;
        while (_position < _text.Length && belongs(_text[_position]))
        {
            _position++;
        }

        return _text[start.._position];
    }

    /// <summary>A decimal number without its unit.</summary>
    public bool Number(out decimal number)
    {
        SkipSpace();
        var end = _position;
        if (end < _text.Length && _text[end] == '-')
        {
            end++;
        }

        var digits = end;
        while (end < _text.Length && (char.IsAsciiDigit(_text[end]) || _text[end] == '.'))
        {
            end++;
        }

        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        // Beyond 10^18 no unit is left that a metric could have, and factors would overflow.
        if (end == digits || _text[digits] == '.' || _text[end - 1] == '.'
            || !decimal.TryParse(_text[_position..end], style, CultureInfo.InvariantCulture, out number) || Math.Abs(number) > 1e18m)
        {
            number = 0;
            return false;
        }

        _position = end;
        return true;
    }

    /// <summary>The next piece for an error message.</summary>
    public string Shown()
    {
        SkipSpace();
        if (_position == _text.Length)
        {
            return "the end";
        }

        var word = PeekWord();
        var length = Math.Min(Math.Max(word.Length, 1), 40);
        // Half a character would be no valid text.
        if (char.IsHighSurrogate(_text[_position + length - 1]) && _position + length < _text.Length)
        {
            length++;
        }

        return $"'{_text.Slice(_position, length)}'";
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }
}
