namespace Orchestrator.Domain.Access;

/// <summary>
/// A cautious estimate of how hard a chosen key is to guess. Letters of a word count little: English has about one and a half bits a letter
/// (C. E. Shannon, "Prediction and entropy of printed English", Bell System Technical Journal 30, 1951).
/// </summary>
public static class KeyStrength
{
    /// <summary>Bits that a chosen key must have.</summary>
    public const double Least = 64;

    private const double BitsOfALetterInAWord = 1.5;
    private const int Word = 3;

    /// <summary>
    /// Estimated bits: the entropy of the character frequencies, or the sum over the characters where a letter in a run of three or more of
    /// one case counts as part of a word, whichever is less.
    /// </summary>
    public static double Bits(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        var each = text.GroupBy(c => c).Sum(same => (double)same.Count() / text.Length * -Math.Log2((double)same.Count() / text.Length));
        var sum = 0.0;
        for (var i = 0; i < text.Length;)
        {
            var run = RunOfLetters(text, i);
            sum += run >= Word ? run * Math.Min(each, BitsOfALetterInAWord) : Math.Max(1, run) * each;
            i += Math.Max(1, run);
        }

        return Math.Min(each * text.Length, sum);
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
