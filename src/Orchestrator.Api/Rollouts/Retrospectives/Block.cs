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
}
