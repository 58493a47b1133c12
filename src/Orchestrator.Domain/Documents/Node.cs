using System.Collections.Immutable;

namespace Orchestrator.Domain.Documents;

/// <summary>A parsed YAML or JSON text, before anyone asked what it means. Lines and columns count from 1; 0 means unknown.</summary>
public abstract record Node
{
    private Node(int line, int column) => (Line, Column) = (line, column);

    /// <summary>Line in the source text, from 1.</summary>
    public int Line { get; }

    /// <summary>Column in the source text, from 1.</summary>
    public int Column { get; }

    /// <summary>What a reader calls this sort of value.</summary>
    public abstract string Kind { get; }

    /// <summary>Keys with values, in source order. A key may stand twice: the reader reports it.</summary>
    public sealed record Mapping(ImmutableArray<Entry> Entries, int Line = 0, int Column = 0) : Node(Line, Column)
    {
        /// <inheritdoc />
        public override string Kind => "a mapping";
    }

    /// <summary>A list.</summary>
    public sealed record Sequence(ImmutableArray<Node> Items, int Line = 0, int Column = 0) : Node(Line, Column)
    {
        /// <inheritdoc />
        public override string Kind => "a list";
    }

    /// <summary>A single value as written.</summary>
    /// <param name="Text">The text, unquoted; empty for null.</param>
    /// <param name="Type">What the source's syntax says it is; a quoted value is always text.</param>
    /// <param name="Line">Line, from 1.</param>
    /// <param name="Column">Column, from 1.</param>
    public sealed record Scalar(string Text, ScalarType Type, int Line = 0, int Column = 0) : Node(Line, Column)
    {
        /// <inheritdoc />
        public override string Kind => Type switch
        {
            ScalarType.Null => "nothing",
            ScalarType.Boolean => "a boolean",
            ScalarType.Number => "a number",
            _ => "a text",
        };
    }
}

/// <summary>A key, where it stands, and its value.</summary>
public sealed record Entry(string Key, int Line, Node Value);

/// <summary>What a scalar is by the syntax of its source.</summary>
public enum ScalarType
{
    /// <summary>Text, or anything quoted.</summary>
    Text,

    /// <summary>An integer or decimal number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>Nothing.</summary>
    Null,
}
