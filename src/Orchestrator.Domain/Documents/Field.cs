using System.Collections.Immutable;

namespace Orchestrator.Domain.Documents;

/// <summary>A value at its place in a document, with a way to report its errors.</summary>
internal sealed class Field(Node node, string path, Findings findings)
{
    public Node Node { get; } = node;

    public string Path { get; } = path;

    public Findings Findings { get; } = findings;

    /// <summary>The value as errors quote it, shortened.</summary>
    public string Shown => Node is Node.Scalar { Type: not ScalarType.Null } scalar ? $"'{Short(scalar.Text)}'" : Node.Kind;

    public static string Short(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");

    /// <param name="message">A sentence with the value and the rule.</param>
    /// <param name="column">Column in the text of this value, from 1, where that is more exact than the value's own place.</param>
    public void Error(string message, int? column = null) => Findings.Error(new InputError(Path, message, Line, column));

    /// <summary>
    /// Reports an error against a rule that is younger than documents in recorded events: those are still read, with a warning (decision
    /// 9).
    /// </summary>
    public void YoungerError(string message, int? column = null) => Findings.YoungerError(new InputError(Path, message, Line, column));

    public void Warn(string message) => Findings.Warn(new InputError(Path, message, Line));

    /// <summary>This place with another value of the same source.</summary>
    public Field At(string path, Node node) => new(node, path, Findings);

    public MappingReader? Mapping(MappingKeys keys)
    {
        if (Node is Node.Mapping mapping)
        {
            return new MappingReader(this, mapping, keys);
        }

        Error($"must be a mapping with {keys.Listed}, but is {Described}");
        return null;
    }

    /// <summary>Entries whose keys are names from the document; a repeated name is an error.</summary>
    public IEnumerable<(string Key, Field Value)> Named(string what)
    {
        if (Node is not Node.Mapping mapping)
        {
            Error($"must be a mapping from names to {what}, but is {Described}");
            yield break;
        }

        var seen = new HashSet<string>();
        foreach (var entry in mapping.Entries)
        {
            var path = $"{(Path.Length == 0 ? "" : Path + ".")}{Short(entry.Key)}";
            if (!seen.Add(entry.Key))
            {
                Findings.Error(new InputError(path, $"'{Short(entry.Key)}' is given twice", entry.Line));
                continue;
            }

            yield return (entry.Key, At(path, entry.Value));
        }
    }

    /// <summary>The items of a list; empty after an error when it is none.</summary>
    public ImmutableArray<Field> Items()
    {
        if (Node is Node.Sequence sequence)
        {
            return [.. sequence.Items.Select((item, index) => At($"{Path}[{index}]", item))];
        }

        Error($"must be a list, but is {Described}");
        return [];
    }

    /// <summary>Kind and text of the value, for "must be A, but is B".</summary>
    public string Described => Node switch
    {
        Node.Scalar { Type: ScalarType.Null } => "nothing",
        Node.Scalar scalar => $"{scalar.Kind} ('{Short(scalar.Text)}')",
        var other => other.Kind,
    };

    private int? Line => Node.Line == 0 ? null : Node.Line;
}
