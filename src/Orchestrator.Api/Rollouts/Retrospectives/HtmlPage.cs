using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>A report as one page that needs nothing else and prints well. No script; the one style sheet is allowed by its hash.</summary>
internal static class HtmlPage
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#ccc;--head:#f3f3f3;--plan:#b9bec5;--did:#1f6fb2;--bad:#b3261e}
        @media screen and (prefers-color-scheme:dark){:root{--ink:#e6e6e6;--paper:#15181c;--line:#3a4048;--head:#20252b;--plan:#5b636d;--did:#6cb2f0;--bad:#ff8a80}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:70rem;margin:2rem auto;padding:0 1rem}
        h1,h2,h3{line-height:1.2;margin:1.6em 0 .5em;overflow-wrap:anywhere}h2{border-bottom:1px solid var(--line);padding-bottom:.2em}
        div{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.93em}th,td{border:1px solid var(--line);padding:.3em .5em;text-align:left;vertical-align:top}
        td.long{overflow-wrap:anywhere;min-width:12em}th{background:var(--head)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1em;margin:0}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
        figure{margin:0}svg{display:block;width:100%;font-size:12px}svg text{fill:var(--ink)}svg line{stroke:var(--line)}.plan{fill:var(--plan)}.did{fill:var(--did)}.bad{fill:var(--bad)}svg line.back{stroke:var(--bad);stroke-dasharray:4 3}
        @media (max-width:40rem){dl{display:block}dd{margin:0 0 .4em}td{min-width:9em}}
        @page{margin:14mm}
        @media print{:root{color-scheme:light;--line:#bbb}div{overflow:visible}body{margin:0;padding:0;max-width:none;font-size:10.5px}h2,h3{break-after:avoid}tr,dl,figure{break-inside:avoid}table{font-size:9.5px}td{overflow-wrap:anywhere}td.long{min-width:0}thead{display:table-header-group}.plan,.did,.bad,th{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
        """;

    private const int LongestWord = 32;

    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; frame-ancestors 'none'";

    public static string Of(IReadOnlyList<Block> blocks)
    {
        var title = blocks.OfType<Block.Heading>().First().Text;
        var page = new StringBuilder($"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{Encode(title)}</title>\n<style>{Style}</style>\n</head>\n<body>\n");
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
            case Block.Gantt gantt:
                GanttPicture.Write(page, gantt);
                break;
        }
    }

    /// <summary>
    /// True for a cell with a word that fits no column, which may break. If every cell could, the browser would break every word.
    /// </summary>
    private static bool IsLong(string cell) => cell.Split(' ').Any(word => word.Length > LongestWord);

    public static string Encode(string text) => WebUtility.HtmlEncode(text);
}
