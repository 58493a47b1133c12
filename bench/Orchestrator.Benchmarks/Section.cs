using System.Globalization;
using System.Text;

namespace Orchestrator.Benchmarks;

/// <summary>One section of the report.</summary>
/// <param name="Kept">True when every promise of the section was kept in this run.</param>
/// <param name="Text">Markdown.</param>
internal sealed record Section(bool Kept, string Text)
{
    /// <summary>A heading, a sentence on how it was measured, and a table with a row a promise or figure.</summary>
    public static Section Of(string title, string how, params Row[] rows)
    {
        var text = new StringBuilder($"## {title}\n\n{how}\n\n| what | measured | promise | kept |\n|---|---|---|---|\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.What} | {row.Measured} | {row.Promise ?? ""} | {row.Kept switch { true => "yes", false => "**no**", _ => "" }} |\n");
        }

        return new Section(rows.All(row => row.Kept != false), text.ToString());
    }
}

/// <summary>A measurement, with the promise that it keeps or breaks, if there is one.</summary>
internal sealed record Row(string What, string Measured, string? Promise = null, bool? Kept = null)
{
    public static Row AtMost(string what, double measured, double limit, string unit, string format = "0.##") => new(
        what, measured.ToString(format, CultureInfo.InvariantCulture) + unit,
        string.Create(CultureInfo.InvariantCulture, $"at most {limit}{unit}"), measured <= limit);

    public static Row AtLeast(string what, double measured, double limit, string unit, string format = "0.##") => new(
        what, measured.ToString(format, CultureInfo.InvariantCulture) + unit,
        string.Create(CultureInfo.InvariantCulture, $"at least {limit}{unit}"), measured >= limit);

    public static Row Figure(string what, double measured, string unit, string format = "0.##") =>
        new(what, measured.ToString(format, CultureInfo.InvariantCulture) + unit);
}
