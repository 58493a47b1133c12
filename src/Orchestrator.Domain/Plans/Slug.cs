using System.Text;

namespace Orchestrator.Domain.Plans;

/// <summary>Names made from free texts.</summary>
internal static class Slug
{
    private const int Longest = 63;

    /// <summary>A name from <paramref name="text"/> that is not in <paramref name="taken"/>, and now is.</summary>
    public static string Unique(string text, string otherwise, ISet<string> taken)
    {
        var stem = Of(text);
        stem = stem.Length == 0 ? otherwise : stem;
        var name = stem;
        // Small numbers first; then an unused one, so that many equal texts cost little.
        for (var count = 2; !taken.Add(name); count = count < 20 ? count + 1 : count + taken.Count)
        {
            var suffix = $"-{count}";
            name = stem[..Math.Min(stem.Length, Longest - suffix.Length)] + suffix;
        }

        return name;
    }

    private static string Of(string text)
    {
        var slug = new StringBuilder();
        foreach (var letter in text)
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                slug.Append(char.ToLowerInvariant(letter));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }

            if (slug.Length == Longest)
            {
                break;
            }
        }

        return slug.ToString().TrimEnd('-');
    }
}
