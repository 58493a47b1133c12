using System.Text;

namespace Orchestrator.Domain.Plans.Sources;

/// <summary>PromQL for the checks of a plan: texts in comments and quotes are no calls.</summary>
internal static class PromqlText
{
    /// <summary>The query without its comments.</summary>
    public static string WithoutComments(string query) => Reduce(query, quoted: true);

    /// <summary>The query without comments and quoted texts.</summary>
    public static string Calls(string query) => Reduce(query, quoted: false);

    private static string Reduce(string query, bool quoted)
    {
        var kept = new StringBuilder(query.Length);
        char? quote = null;
        for (var i = 0; i < query.Length; i++)
        {
            var c = query[i];
            if (quote is null && c == '#')
            {
                var end = query.IndexOf('\n', i);
                i = (end < 0 ? query.Length : end) - 1;
                continue;
            }

            var inside = quote is not null;
            if (inside && c == '\\' && quote != '`' && i + 1 < query.Length)
            {
                kept.Append(quoted ? query.AsSpan(i, 2) : []);
                i++;
                continue;
            }

            if (inside ? c == quote : c is '"' or '\'' or '`')
            {
                quote = inside ? null : c;
                kept.Append(c);
            }
            else if (!inside || quoted)
            {
                kept.Append(c);
            }
        }

        return kept.ToString();
    }
}
