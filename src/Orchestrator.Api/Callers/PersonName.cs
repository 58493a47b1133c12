using System.Text;
using Orchestrator.Domain.Access;

namespace Orchestrator.Api.Callers;

/// <summary>Names of people as they are stored: one line, without control characters.</summary>
internal static class PersonName
{
    /// <summary>The name, shortened where it is too long.</summary>
    public static string Of(string text)
    {
        var name = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Where(rune => !Rune.IsControl(rune) && rune != Rune.ReplacementChar))
        {
            if (name.Length + rune.Utf16SequenceLength > AccessDecider.LongestName)
            {
                break;
            }

            name.Append(rune.ToString());
        }

        return name.ToString();
    }
}
