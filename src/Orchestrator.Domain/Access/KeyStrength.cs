namespace Orchestrator.Domain.Access;

/// <summary>
/// A cautious estimate of how hard a chosen key is to guess. Letters of a word count little: English has about one and a half bits a letter
/// (C. E. Shannon, "Prediction and entropy of printed English", Bell System Technical Journal 30, 1951). So do walks over the keyboard and
/// the alphabet, and what was there before. Random letters that stand together are no word: most of their pairs are rare in English.
/// </summary>
public static class KeyStrength
{
    /// <summary>Bits that a chosen key must have.</summary>
    public const double Least = 64;

    private const double BitsOfALetterInAWord = 1.5;

    /// <summary>The first letter of a word is harder to guess than those that follow.</summary>
    private const double BitsOfAFirstLetter = 2;

    /// <summary>Mean of <see cref="Pairs"/> over the same texts; with it a word has one and a half bits a letter.</summary>
    private const double BitsOfAPair = 3.2;

    private const double BitsOfAStep = 1;

    /// <summary>Letters of one case that may be a word, characters of a walk, and characters of a repetition: at least so many.</summary>
    private const int Shortest = 3;

    /// <summary>
    /// Bits of a letter (column, a to z) after another one (row, a to z) in English words, as -log2 of its share; 9 for all that are rarer.
    /// Counted in the 45,000 words of the pages in docs.
    /// </summary>
    private static readonly string[] Pairs =
    [
        "95459659596442969433778958", "29892977669499399447499939", "49793993593499299463699969", "48951959497769399538489969",
        "49546669799553857224956669", "49994499299599299383599989", "39991945499645499357599989", "28991999499999399797999979",
        "67455659999452489532969999", "59992999699899499929266999", "78981989499894969939599999", "35942799399399389856589959",
        "35942999299869439959699999", "59433739698686349943579979", "87656369796452659354464999", "39992976599339459355599999",
        "99999999999399999979099999", "49662879397767399644568959", "49672994496899468942595979", "49792991399899489436797979",
        "57464849599443959332999999", "39991999299999699999999999", "39993992299794499548999999", "49594989499979929891699559",
        "58793999699755439913986997", "48881888688688488888288856",
    ];

    /// <summary>Rows of a keyboard, each key below its left neighbour of the row above.</summary>
    private static readonly string[] Keyboard = ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"];

    /// <summary>
    /// Estimated bits: the entropy of the character frequencies, or the sum over the characters where letters of words, steps of walks and
    /// repetitions count less, whichever is less.
    /// </summary>
    public static double Bits(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        var each = text.GroupBy(c => c).Sum(same => (double)same.Count() / text.Length * -Math.Log2((double)same.Count() / text.Length));
        var bits = new double[text.Length];
        Array.Fill(bits, each);
        CountWords(text, bits);
        CountWalks(text, bits);
        CountRepetitions(text.ToLowerInvariant(), bits);
        return Math.Min(each * text.Length, bits.Sum());
    }

    private static void CountWords(string text, double[] bits)
    {
        for (var i = 0; i < text.Length;)
        {
            var run = RunOfLetters(text, i);
            for (var k = 0; run >= Shortest && k < run; k++)
            {
                bits[i + k] = Math.Min(bits[i + k], k == 0 ? BitsOfAFirstLetter : BitsOfANextLetter(text[i + k - 1], text[i + k]));
            }

            i += Math.Max(1, run);
        }
    }

    private static double BitsOfANextLetter(char before, char letter)
    {
        var (row, column) = (char.ToLowerInvariant(before) - 'a', char.ToLowerInvariant(letter) - 'a');
        return row is >= 0 and < 26 && column is >= 0 and < 26
            ? (Pairs[row][column] - '0') * BitsOfALetterInAWord / BitsOfAPair
            : BitsOfALetterInAWord;
    }

    private static void CountWalks(string text, double[] bits)
    {
        for (var i = Shortest - 1; i < text.Length; i++)
        {
            if (IsWalk(text[i - 2], text[i - 1], text[i]))
            {
                bits[i - 1] = Math.Min(bits[i - 1], BitsOfAStep);
                bits[i] = Math.Min(bits[i], BitsOfAStep);
            }
        }
    }

    /// <summary>True for two steps in one direction: over the alphabet, the digits or the keyboard, or on the spot.</summary>
    private static bool IsWalk(char a, char b, char c)
    {
        if (IsOtherCase(a, b) || IsOtherCase(b, c))
        {
            return false;
        }

        if (b - a == c - b && Math.Abs(b - a) <= 1 && char.IsLetterOrDigit(a) && char.IsLetterOrDigit(b) && char.IsLetterOrDigit(c))
        {
            return true;
        }

        return Place(a) is { } from && Place(b) is { } over && Place(c) is { } to
            && Math.Abs(over.Row - from.Row) + Math.Abs(over.Column - from.Column) == 1
            && (over.Row - from.Row, over.Column - from.Column) == (to.Row - over.Row, to.Column - over.Column);
    }

    private static bool IsOtherCase(char a, char b) => char.IsLetter(a) && char.IsLetter(b) && char.IsUpper(a) != char.IsUpper(b);

    private static (int Row, int Column)? Place(char key)
    {
        for (var row = 0; row < Keyboard.Length; row++)
        {
            if (Keyboard[row].IndexOf(char.ToLowerInvariant(key), StringComparison.Ordinal) is >= 0 and var column)
            {
                return (row, column);
            }
        }

        return null;
    }

    /// <summary>A repetition of three characters or more counts as its first character.</summary>
    private static void CountRepetitions(string text, double[] bits)
    {
        for (var i = 0; i < text.Length;)
        {
            var length = 0;
            while (i + length < text.Length && text.IndexOf(text.Substring(i, length + 1), StringComparison.Ordinal) < i)
            {
                length++;
            }

            for (var k = 1; length >= Shortest && k < length; k++)
            {
                bits[i + k] = 0;
            }

            i += length >= Shortest ? length : 1;
        }
    }

    private static int RunOfLetters(string text, int from)
    {
        var length = 0;
        while (from + length < text.Length && char.IsLetter(text[from + length])
            && char.IsUpper(text[from + length]) == char.IsUpper(text[from]))
        {
            length++;
        }

        return length;
    }
}
