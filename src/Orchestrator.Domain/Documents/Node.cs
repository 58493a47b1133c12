using System.Collections.Immutable;

namespace Orchestrator.Domain.Documents;

/// <summary>A parsed YAML or JSON text, before its meaning is read. Lines and columns count from 1; 0 means unknown.</summary>
public abstract record Node
{
    private Node(int line, int column) => (Line, Column) = (line, column);

    /// <summary>Line in the source text, from 1.</summary>
    public int Line { get; }

    /// <summary>Column in the source text, from 1.</summary>
    public int Column { get; }

    /// <summary>Kind of the value in an error message.</summary>
    public abstract string Kind { get; }

    /// <summary>Keys with values, in source order. A key may be repeated: the reader reports it.</summary>
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
    /// <param name="Type">Type by the syntax of the source; a quoted value is always text.</param>
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

/// <summary>A key with its line, and its value.</summary>
public sealed record Entry(string Key, int Line, Node Value);

/// <summary>Type of a scalar by the syntax of its source.</summary>
public enum ScalarType
{
    /// <summary>Text, or anything quoted.</summary>
    Text,

    /// <summary>An integer or decimal number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>No value.</summary>
    Null,
}
