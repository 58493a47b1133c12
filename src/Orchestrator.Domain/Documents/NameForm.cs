namespace Orchestrator.Domain.Documents;

/// <summary>
/// The form of names and ids, written once. By hand and not as an expression: one that cannot backtrack is built at run time, which costs
/// the start of the command line more than all of its reading.
/// </summary>
internal static class NameForm
{
    private const int Longest = 63;

    /// <summary>True for an id: a name that may stand in an address.</summary>
    public static bool IsId(string text) => IsName(text, underscore: false);

    /// <summary>True for a name.</summary>
    public static bool IsName(string text, bool underscore) => Fits(
        text, Longest, static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter), underscore ? "-_" : "-");

    /// <summary>The rule, after "must be".</summary>
    public static string Rule(bool underscore) => $"1 to 63 of a-z, 0-9{(underscore ? ", _" : "")} and -, and start with a letter or digit";

    /// <summary>True for a text of one to so many letters, the first of one kind, the others of that kind or marks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">Most characters.</param>
    /// <param name="letter">True for a letter of the kind.</param>
    /// <param name="marks">Further characters behind the first one.</param>
    public static bool Fits(string text, int longest, Func<char, bool> letter, string marks)
    {
        if (text.Length == 0 || text.Length > longest || !letter(text[0]))
        {
            return false;
        }

        foreach (var one in text)
        {
            if (!letter(one) && !marks.Contains(one))
            {
                return false;
            }
        }

        return true;
    }
}
