using System.Text;

namespace Orchestrator.Domain.Conditions;

/// <summary>
/// The name of an alert in a condition: bare (<c>ChatDown</c>), or between double quotes where it holds more than letters, digits,
/// <c>_ - . :</c> (<c>"Disk full 95% /var"</c>). Between quotes <c>\"</c> is a quote and <c>\\</c> a backslash.
/// </summary>
internal static class AlertName
{
    /// <summary>Longest name in characters, as in messages.</summary>
    public const int Longest = 500;

    public static ConditionError? Read(ref ConditionScanner scanner, out string name) =>
        scanner.Take("\"") ? Quoted(ref scanner, out name) : Bare(ref scanner, out name);

    /// <summary>Writes a name as <see cref="Read"/> reads it.</summary>
    public static string Format(string name) =>
        name.Length > 0 && name.All(IsBare) ? name : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static ConditionError? Bare(ref ConditionScanner scanner, out string name)
    {
        var column = scanner.Column;
        name = scanner.Run(IsBare).ToString();
        return name.Length == 0 ? new ConditionError($"expected the name of an alert, but found {scanner.Shown()}", column)
            : scanner.Peek(')') || scanner.AtEnd ? null
            : new ConditionError($"expected ')', but found {scanner.Shown()}; put a name with other characters than letters, digits, _ - . : in double quotes", scanner.Column);
    }

    private static ConditionError? Quoted(ref ConditionScanner scanner, out string name)
    {
        var text = new StringBuilder();
        var column = scanner.Place;
        name = "";
        while (true)
        {
            text.Append(scanner.Run(letter => letter is not ('"' or '\\') && !char.IsControl(letter)));
            switch (scanner.Next())
            {
                case '"':
                    name = text.ToString();
                    return name.Length is > 0 and <= Longest ? null
                        : new ConditionError($"the name of an alert has 1 to {Longest} characters, and this one has {name.Length}", column);
                case '\\' when scanner.Next() is var escaped && (escaped is '"' or '\\'):
                    text.Append(escaped);
                    break;
                case '\\':
                    return new ConditionError("only \\\" and \\\\ are allowed after a backslash", scanner.Place);
                case '\0':
                    return new ConditionError("expected '\"' at the end of the alert's name, but found the end", scanner.Place);
                default:
                    return new ConditionError("the name of an alert must not contain control characters", scanner.Place);
            }
        }
    }

    private static bool IsBare(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':';
}
