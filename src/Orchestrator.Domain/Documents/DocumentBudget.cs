namespace Orchestrator.Domain.Documents;

/// <summary>The remainder of <see cref="DocumentLimits"/> while a text is parsed; the first charge beyond it is the error.</summary>
/// <param name="limits">The limits.</param>
public sealed class DocumentBudget(DocumentLimits limits)
{
    /// <summary>Nodes charged so far.</summary>
    public long Nodes { get; private set; }

    /// <summary>Characters of keys and values charged so far.</summary>
    public long Characters { get; private set; }

    /// <summary>Charges nodes with their text. Null when they fit, else a sentence with the limit that was passed.</summary>
    public string? Charge(long nodes, long characters)
    {
        Nodes += nodes;
        Characters += characters;
        return Nodes > limits.Nodes ? $"the document has more than {limits.Nodes} values once its aliases are expanded"
            : Characters > limits.Bytes ? $"the document is longer than {limits.Bytes / 1024} KiB once its aliases are expanded"
            : null;
    }

    /// <summary>Null when a mapping or list may be this deep (1 is the root).</summary>
    public string? Enter(int depth) => depth > limits.Depth ? $"the document is nested deeper than {limits.Depth} levels" : null;

    /// <summary>Null when a source text may have this many bytes.</summary>
    public string? Admit(long bytes) => bytes > limits.Bytes ? $"the text has {bytes} bytes; at most {limits.Bytes} ({limits.Bytes / 1024} KiB) are read" : null;
}
