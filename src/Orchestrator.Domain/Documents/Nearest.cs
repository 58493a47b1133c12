namespace Orchestrator.Domain.Documents;

/// <summary>Spelling suggestions by edit distance (Damerau-Levenshtein).</summary>
internal static class Nearest
{
    /// <summary>The closest of <paramref name="known"/> by edits (a swap of neighbours is one); null when none is close.</summary>
    public static string? To(string word, IEnumerable<string> known)
    {
        if (word.Length > 64)
        {
            return null;
        }

        string? best = null;
        var fewest = Math.Max(2, word.Length / 2) + 1;
        foreach (var candidate in known)
        {
            // Case and separators are the usual slip, so they cost nothing.
            var edits = Edits(Plain(word), Plain(candidate));
            if (edits < fewest && edits < candidate.Length)
            {
                (best, fewest) = (candidate, edits);
            }
        }

        return best;
    }

    /// <summary><c>; did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> known) => To(word, known) is { } near ? $"; did you mean '{near}'?" : "";

    private static string Plain(string word) =>
        word.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static int Edits(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                var least = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    least = Math.Min(least, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = least;
            }
        }

        return rows[a.Length, b.Length];
    }
}
