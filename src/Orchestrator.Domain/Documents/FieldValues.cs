using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Documents;

/// <summary>Single values with their rules; each returns null after reporting its errors.</summary>
internal static class FieldValues
{
    private const int LongestText = 2000;

    /// <summary>A text that is not blank.</summary>
    public static string? Text(this Field field, int longest = LongestText)
    {
        if (field.Node is not Node.Scalar { Type: ScalarType.Text } scalar)
        {
            field.Error($"must be a text, but is {field.Described}{(field.Node is Node.Scalar { Type: not ScalarType.Null } ? "; put it in quotes" : "")}");
            return null;
        }

        if (string.IsNullOrWhiteSpace(scalar.Text) || scalar.Text.Length > longest)
        {
            field.Error($"must be a text of 1 to {longest} characters, but has {scalar.Text.Length}");
            return null;
        }

        return scalar.Text;
    }

    /// <summary>A name that other parts refer to. <paramref name="underscore"/> is false for ids in URLs.</summary>
    public static string? Name(this Field field, bool underscore = true)
    {
        // 3 is a valid name of a step, and YAML reads it as a number.
        var text = field.Node is Node.Scalar { Type: ScalarType.Number } number ? number.Text : field.Text();
        return text is not null && field.CheckName(text, underscore) ? text : null;
    }

    /// <summary>
    /// An id in a request. JSON distinguishes a number from a text, so here 3 is no id: the answer would differ from the request.
    /// </summary>
    public static string? Id(this Field field) => field.Text() is { } text && field.CheckName(text, underscore: false) ? text : null;

    /// <summary>The same rule for a name that is a key.</summary>
    public static bool CheckName(this Field field, string name, bool underscore = true)
    {
        if (NameForm.IsName(name, underscore))
        {
            return true;
        }

        field.Error($"the name '{Field.Short(name)}' must be {NameForm.Rule(underscore)}");
        return false;
    }

    public static bool? Boolean(this Field field)
    {
        if (field.Node is Node.Scalar { Type: ScalarType.Boolean } scalar)
        {
            return scalar.Text == "true";
        }

        field.Error($"must be true or false, but is {field.Described}");
        return null;
    }

    public static long? Whole(this Field field, long least, long most = 1_000_000_000)
    {
        if (field.Node is Node.Scalar { Type: ScalarType.Number } scalar
            && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
            && number <= most)
        {
            return number;
        }

        field.Error($"must be a whole number from {least} to {most}, but is {field.Described}");
        return null;
    }

    public static TimeSpan? Duration(this Field field, bool positive = false)
    {
        if (field.Node is not Node.Scalar { Type: ScalarType.Text } scalar || !Durations.TryParse(scalar.Text, out var duration))
        {
            field.Error($"must be a duration such as 90s, 5m, 1h30m, 48h, 2d or 1w (at most ten years), but is {field.Described}");
            return null;
        }

        if (positive && duration <= TimeSpan.Zero)
        {
            field.Error($"must be longer than zero, but is {field.Shown}");
            return null;
        }

        return duration;
    }

    /// <summary>A share of users, from <c>10%</c>, <c>10</c> or <c>0.125%</c>.</summary>
    public static Share? Percentage(this Field field)
    {
        if (!field.Percent(out var percent))
        {
            field.Error($"must be a percentage such as 25%, but is {field.Described}");
            return null;
        }

        if (percent is < 0 or > 100)
        {
            field.Error($"the percentage {field.Shown} must be from 0% to 100%");
            return null;
        }

        if (Share.OfPercent(percent).Percent != percent)
        {
            field.Error($"the percentage {field.Shown} falls between steps: buckets are 0.001% wide, so at most three decimals");
            return null;
        }

        return Share.OfPercent(percent);
    }

    /// <summary>A fraction of 1, from <c>95%</c> or <c>0.95</c>.</summary>
    public static double? Fraction(this Field field, bool zero = true, bool one = true)
    {
        var read = field.Percent(out var number);
        var fraction = field.Node is Node.Scalar { Type: ScalarType.Number } ? number : number / 100;
        if (read && fraction is >= 0 and <= 1 && (zero || fraction > 0) && (one || fraction < 1))
        {
            return (double)fraction;
        }

        field.Error($"must be a share {(zero ? "from" : "above")} 0 {(one ? "to" : "and below")} 1, such as 95% or 0.95, but is {field.Described}");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public static string? OneOf(this Field field, string what, params ReadOnlySpan<string> known)
    {
        if (field.Node is Node.Scalar scalar && known.Contains(scalar.Text))
        {
            return scalar.Text;
        }

        string[] words = [.. known];
        var word = field.Node is Node.Scalar { Type: not ScalarType.Null } given ? given.Text : "";
        field.Error($"unknown {what} {field.Shown}{field.Findings.Hint(word, words)} (known: {string.Join(", ", words)})");
        return null;
    }

    /// <summary>A list without repeated entries.</summary>
    public static ImmutableArray<string> Each(this ImmutableArray<Field> items, Func<Field, string?> read)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (read(item) is not { } text)
            {
                continue;
            }

            if (!seen.Add(text))
            {
                item.Error($"'{Field.Short(text)}' is given twice");
                continue;
            }

            found.Add(text);
        }

        return found.ToImmutable();
    }

    private static bool Percent(this Field field, out decimal percent)
    {
        percent = 0;
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return field.Node switch
        {
            Node.Scalar { Type: ScalarType.Number } scalar =>
                decimal.TryParse(scalar.Text, style | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out percent),
            Node.Scalar { Type: ScalarType.Text } scalar when scalar.Text.EndsWith('%') =>
                decimal.TryParse(scalar.Text.AsSpan()[..^1].TrimEnd(), style, CultureInfo.InvariantCulture, out percent),
            _ => false,
        };
    }
}
