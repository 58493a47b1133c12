using System.Text.RegularExpressions;

namespace Orchestrator.Domain.Documents;

/// <summary>The form of names and ids, written once.</summary>
internal static partial class NameForm
{
    /// <summary>True for an id: a name that may stand in an address.</summary>
    public static bool IsId(string text) => IsName(text, underscore: false);

    /// <summary>True for a name.</summary>
    public static bool IsName(string text, bool underscore) => Form().IsMatch(text) && (underscore || !text.Contains('_'));

    /// <summary>The rule, after "must be".</summary>
    public static string Rule(bool underscore) => $"1 to 63 of a-z, 0-9{(underscore ? ", _" : "")} and -, and start with a letter or digit";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-_]{0,62}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
