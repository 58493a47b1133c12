using System.Text.RegularExpressions;

namespace Orchestrator.Api.Requests;

/// <summary>Ids of plans, rollouts, segments and environments.</summary>
internal static partial class Names
{
    public static bool IsId(string text) => Form().IsMatch(text);

    public static string IdRule(string text) => $"must be 1 to 63 of a-z, 0-9 and -, and start with a letter or digit, but is '{text}'";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
