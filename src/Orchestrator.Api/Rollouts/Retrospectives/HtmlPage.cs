using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>A report as one page that needs nothing else and prints well. No script; the one style sheet is allowed by its hash.</summary>
internal static class HtmlPage
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:70rem;margin:2rem auto;padding:0 1rem}
        h1,h2,h3{line-height:1.2;margin:1.6em 0 .5em}h2{border-bottom:1px solid #ccc;padding-bottom:.2em}
        div{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.93em}th,td{border:1px solid #ccc;padding:.3em .5em;text-align:left;vertical-align:top}
        td.long{overflow-wrap:anywhere;min-width:12em}th{background:#f3f3f3}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1em;margin:0}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
        @media print{div{overflow:visible}body{margin:0;max-width:none;font-size:11px}h2,h3{break-after:avoid}tr,dl{break-inside:avoid}}
        """;

    private const int LongestWord = 32;

    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; frame-ancestors 'none'";

    public static string Of(IReadOnlyList<Block> blocks)
    {
        var title = blocks.OfType<Block.Heading>().First().Text;
        var page = new StringBuilder($"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{Encode(title)}</title>\n<style>{Style}</style>\n</head>\n<body>\n");
        foreach (var block in blocks)
        {
            Write(page, block);
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Write(StringBuilder page, Block block)
    {
        switch (block)
        {
            case Block.Heading heading:
                page.Append($"<h{heading.Level}>{Encode(heading.Text)}</h{heading.Level}>\n");
                break;
            case Block.Paragraph paragraph:
                page.Append($"<p>{Encode(paragraph.Text)}</p>\n");
                break;
            case Block.Facts facts:
                page.Append("<dl>\n").AppendJoin("", facts.Said.Select(line => $"<dt>{Encode(line.Name)}</dt><dd>{Encode(line.Value)}</dd>\n")).Append("</dl>\n");
                break;
            case Block.Table table:
                page.Append("<div><table>\n<thead><tr>").AppendJoin("", table.Heads.Select(head => $"<th>{Encode(head)}</th>")).Append("</tr></thead>\n<tbody>\n");
                foreach (var row in table.Rows)
                {
                    page.Append("<tr>").AppendJoin("", row.Select(cell => $"<td{(IsLong(cell) ? " class=\"long\"" : "")}>{Encode(cell)}</td>")).Append("</tr>\n");
                }

                page.Append("</tbody>\n</table></div>\n");
                break;
        }
    }

    /// <summary>
    /// True for a cell with a word that fits no column, which may break. If every cell could, the browser would break every word.
    /// </summary>
    private static bool IsLong(string cell) => cell.Split(' ').Any(word => word.Length > LongestWord);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
