using System.Text;

namespace Orchestrator.Api.Http;

/// <summary>Rows of a table for spreadsheets (RFC 4180). A cell never starts a formula.</summary>
internal static class CsvText
{
    /// <summary>Characters, some in full width, that make a formula of a cell.</summary>
    private const string Formula = "=+-@＝＋－＠";

    public static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>
    /// A cell in quotes. A spreadsheet takes an apostrophe in front as the mark of text; a control character may hide what follows it.
    /// </summary>
    public static string Cell(string text)
    {
        var cell = new StringBuilder(text.Length + 3).Append('"');
        if (text.AsSpan().TrimStart(" \t\r\n\u00a0\ufeff\u200b") is [var first, ..] && (Formula.Contains(first) || char.IsControl(first)))
        {
            cell.Append('\'');
        }

        foreach (var c in text)
        {
            cell.Append(c switch
            {
                '"' => "\"\"",
                _ when char.IsControl(c) => " ",
                _ => c.ToString(),
            });
        }

        return cell.Append('"').ToString();
    }
}
