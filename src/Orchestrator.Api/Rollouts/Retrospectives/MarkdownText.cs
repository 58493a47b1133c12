using System.Text;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>A report as GitHub-flavoured Markdown. Free text is escaped.</summary>
internal static class MarkdownText
{
    /// <summary>Characters with a meaning within a line; no line begins with free text.</summary>
    private const string Special = "\\`*[]<|~&";

    public static string Of(IEnumerable<Block> blocks)
    {
        var text = new StringBuilder();
        foreach (var block in blocks)
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }

            Write(text, block);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Block block)
    {
        switch (block)
        {
            case Block.Heading heading:
                text.Append('#', heading.Level).Append(' ').Append(Escape(heading.Text)).Append('\n');
                break;
            case Block.Paragraph paragraph:
                text.Append(Escape(paragraph.Text)).Append('\n');
                break;
            case Block.Facts facts:
                foreach (var (name, value) in facts.Said)
                {
                    text.Append($"- **{Escape(name)}:** {Escape(value)}\n");
                }

                break;
            case Block.Table table:
                Row(text, table.Heads);
                Row(text, [.. table.Heads.Select(_ => "---")]);
                foreach (var row in table.Rows)
                {
                    Row(text, [.. row.Select(Escape)]);
                }

                break;
            case Block.Gantt gantt:
                Write(text, GanttPicture.Table(gantt));
                break;
        }
    }

    private static void Row(StringBuilder text, string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];

            // An underscore within a word, as in p95_response_time, is one in Markdown too.
            if (Special.Contains(c)
                || (c == '_' && !(i > 0 && i + 1 < text.Length && char.IsLetterOrDigit(text[i - 1]) && char.IsLetterOrDigit(text[i + 1]))))
            {
                escaped.Append('\\');
            }

            escaped.Append(char.IsControl(c) ? ' ' : c);
        }

        return escaped.ToString();
    }
}
