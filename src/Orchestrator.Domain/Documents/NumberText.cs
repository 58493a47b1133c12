using System.Globalization;

namespace Orchestrator.Domain.Documents;

/// <summary>
/// One way to write each number, so that <c>1.50</c>, <c>1.5</c> and <c>15e-1</c> hash alike whatever text they came from.
/// </summary>
public static class NumberText
{
    /// <summary>The normal form; false for a text that is no finite decimal number.</summary>
    public static bool TryNormalise(string text, out string normal)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var exact) && (exact != 0 || IsZero(text)))
        {
            // Dividing by this one drops trailing zeros from a decimal's scale.
            normal = exact == 0 ? "0" : (exact / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
            return true;
        }

        if (double.TryParse(text, style, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            normal = value.ToString("R", CultureInfo.InvariantCulture);
            return true;
        }

        normal = "";
        return false;
    }

    // A number too small for decimal parses as zero there; only its digits distinguish it from zero.
    private static bool IsZero(string text)
    {
        foreach (var letter in text)
        {
            if (letter is 'e' or 'E')
            {
                return true;
            }

            if (letter is >= '1' and <= '9')
            {
                return false;
            }
        }

        return true;
    }
}
