using System.Collections.Immutable;

namespace Orchestrator.Domain.Documents;

/// <summary>The known keys of one kind of mapping.</summary>
/// <param name="Definition">Its name in the published schema.</param>
/// <param name="Keys">Every key.</param>
internal sealed record MappingKeys(string Definition, ImmutableArray<string> Keys)
{
    public MappingKeys(string definition, params string[] keys)
        : this(definition, ImmutableArray.Create(keys))
    {
    }

    /// <summary>The keys for a sentence.</summary>
    public string Listed => Keys.Length <= 6 ? string.Join(", ", Keys) : string.Join(", ", Keys.Take(6)) + ", ...";
}

/// <summary>A mapping with known keys. Unknown and repeated ones are reported when it is made.</summary>
internal sealed class MappingReader
{
    private readonly Dictionary<string, Field> _fields = [];

    public MappingReader(Field field, Node.Mapping mapping, MappingKeys keys)
    {
        Field = field;
        foreach (var entry in mapping.Entries)
        {
            var path = $"{(field.Path.Length == 0 ? "" : field.Path + ".")}{Field.Short(entry.Key)}";
            if (!keys.Keys.Contains(entry.Key))
            {
                var hint = field.Findings.Hint(entry.Key, keys.Keys) is { Length: > 0 } near ? near : $"; known are {string.Join(", ", keys.Keys)}";
                field.Findings.Error(new InputError(path, $"unknown key '{Field.Short(entry.Key)}'{hint}", entry.Line == 0 ? null : entry.Line));
            }
            else if (!_fields.TryAdd(entry.Key, field.At(path, entry.Value)))
            {
                field.Findings.Error(new InputError(path, $"the key '{entry.Key}' is given twice", entry.Line == 0 ? null : entry.Line));
            }
        }
    }

    /// <summary>The mapping itself.</summary>
    public Field Field { get; }

    /// <summary>The value of a key; null when the key is missing or has no value.</summary>
    public Field? this[string key] =>
        _fields.TryGetValue(key, out var found) && found.Node is not Node.Scalar { Type: ScalarType.Null } ? found : null;

    /// <summary>The value of a required key.</summary>
    public Field? Require(string key)
    {
        var found = this[key];
        if (found is null)
        {
            Field.Error($"'{key}' is missing");
        }

        return found;
    }

    /// <summary>The items of a list that may be missing.</summary>
    public ImmutableArray<Field> Items(string key) => this[key]?.Items() ?? [];
}
