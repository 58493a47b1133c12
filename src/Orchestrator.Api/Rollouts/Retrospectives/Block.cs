namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>A piece of a report, before it has a form. Texts are plain: each output format escapes them.</summary>
internal abstract record Block
{
    private Block()
    {
    }

    /// <param name="Level">1 for the title.</param>
    /// <param name="Text">In a few words.</param>
    public sealed record Heading(int Level, string Text) : Block;

    public sealed record Paragraph(string Text) : Block;

    /// <summary>Facts: name and value, line by line.</summary>
    public sealed record Facts(params (string Name, string? Value)[] Lines) : Block
    {
        /// <summary>Lines with a value.</summary>
        public IEnumerable<(string Name, string Value)> Said => Lines.Where(line => !string.IsNullOrEmpty(line.Value))!;
    }

    public sealed record Table(string[] Heads, string[][] Rows) : Block;

    /// <summary>Planned against actual times: a picture in HTML, a table in Markdown.</summary>
    /// <param name="Title">Title of the picture.</param>
    /// <param name="Rows">Rows in order; at least one with a time.</param>
    /// <param name="Marks">Times of rollbacks.</param>
    /// <param name="Until">Right edge at least.</param>
    public sealed record Gantt(string Title, IReadOnlyList<GanttLine> Rows, IReadOnlyList<DateTimeOffset> Marks, DateTimeOffset Until)
        : Block;
}

/// <summary>A row of a picture of planned and actual times.</summary>
/// <param name="Name">Name of the step.</param>
/// <param name="PlannedFrom">Begin by the plan; null without one.</param>
/// <param name="PlannedTo">Earliest end by the plan; null without one.</param>
/// <param name="Visits">Its visits in order; none when it was not reached.</param>
internal sealed record GanttLine(string Name, DateTimeOffset? PlannedFrom, DateTimeOffset? PlannedTo, IReadOnlyList<GanttVisit> Visits);

/// <summary>A visit of a step.</summary>
/// <param name="From">Its begin.</param>
/// <param name="To">Its end; null while it is current.</param>
/// <param name="Ended">The way in which it ended, in words.</param>
/// <param name="Bad">True when it ended by a rollback, a step back or an abort.</param>
internal sealed record GanttVisit(DateTimeOffset From, DateTimeOffset? To, string Ended, bool Bad);
