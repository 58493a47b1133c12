using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.PlanFiles;

/// <summary>
/// One YAML 1.2 document as a <see cref="Node"/> tree: the core schema's scalars, anchors, aliases and merge keys. Tags and
/// further documents are refused. Reads events, not a loaded graph, so that line numbers are right and a limit stops the work: an alias
/// counts with the size of its value, which is added up without being built.
/// </summary>
public sealed class YamlText
{
    private readonly DocumentBudget _budget;
    private readonly IParser _parser;
    private readonly Dictionary<AnchorName, Anchored> _anchors = [];

    private YamlText(string text, DocumentLimits limits)
    {
        _budget = new DocumentBudget(limits);
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>Parses a whole text. Null with one error when it is not YAML or exceeds a limit.</summary>
    public static Node? Parse(string text, out ImmutableArray<InputError> errors, DocumentLimits? limits = null)
    {
        limits ??= DocumentLimits.Plan;
        var root = Try(text, limits, out errors, out var isYaml);
        if (root is not null || isYaml)
        {
            return root;
        }

        var quoted = BareComparisons.Quote(text);
        return quoted == text ? null : Try(quoted, limits, out errors, out _);
    }

    /// <param name="isYaml">False when a quote in the right place could make the text readable; a text beyond a limit stays so.</param>
    private static Node? Try(string text, DocumentLimits limits, out ImmutableArray<InputError> errors, out bool isYaml)
    {
        isYaml = false;
        try
        {
            errors = [];
            return new YamlText(text, limits).Document();
        }
        catch (Refused refused)
        {
            isYaml = refused.IsLimit;
            errors = [new InputError("", refused.Message, refused.Line, refused.Column)];
        }
        catch (YamlException broken)
        {
            var message = broken.InnerException?.Message ?? broken.Message;
            errors = [TabNear(text, (int)broken.End.Line)
                ?? new InputError("", $"this is not YAML: {message.TrimEnd('.')}", (int)broken.End.Line, (int)broken.End.Column)];
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            // The scanner throws exceptions of the platform on some broken texts.
            errors = [new InputError("", "this is not YAML", 1)];
        }

        return null;
    }

    // The scanner reports an indenting tab a line or two too early, with a message about tokens.
    private static InputError? TabNear(string text, int line)
    {
        foreach (var (index, content) in text.Split('\n').Index().Skip(Math.Max(0, line - 1)).Take(3))
        {
            if (content.TrimStart(' ') is ['\t', ..] indented && indented.Trim().Length > 0)
            {
                return new InputError("", "this is not YAML: a tab indents the line; use spaces", index + 1, content.Length - indented.Length + 1);
            }
        }

        return null;
    }

    private Node Document()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            throw new Refused("the text is empty", new Mark(0, 1, 1));
        }

        var root = Value(1);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            throw new Refused("the text has more than one document", second.Start);
        }

        _parser.Consume<StreamEnd>();
        return root;
    }

    private Node Value(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Alias(alias, depth);
        }

        var start = _parser.Current is NodeEvent found ? found : throw new Refused("a value is missing", _parser.Current!.Start);
        if (!start.Tag.IsEmpty)
        {
            throw new Refused($"tags such as {start.Tag} are not supported; write plain values", start.Start);
        }

        var (nodes, characters) = (_budget.Nodes, _budget.Characters);
        var (node, height) = start switch
        {
            MappingStart => Mapping(depth),
            SequenceStart => Sequence(depth),
            _ => (Scalar(), 0),
        };
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = new Anchored(node, height, _budget.Nodes - nodes, _budget.Characters - characters);
        }

        _height = Math.Max(_height, height);
        return node;
    }

    // Height of the tallest value read since a container last reset it.
    private int _height;

    private Node Alias(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value, out var anchored))
        {
            throw new Refused($"the alias *{alias.Value} stands for no value before it", alias.Start);
        }

        Check(_budget.Charge(anchored.Nodes, anchored.Characters) ?? _budget.Enter(depth - 1 + anchored.Height), alias.Start);
        _height = Math.Max(_height, anchored.Height);
        return anchored.Node;
    }

    private (Node Node, int Height) Mapping(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        Check(_budget.Enter(depth) ?? _budget.Charge(1, 0), start.Start);
        var entries = ImmutableArray.CreateBuilder<Entry>();
        var merged = new List<Node>();
        var height = InContainer(() =>
        {
            while (!_parser.TryConsume<MappingEnd>(out _))
            {
                if (!_parser.TryConsume<Scalar>(out var key) || !key.Tag.IsEmpty)
                {
                    throw new Refused("a key must be a plain text", _parser.Current!.Start);
                }

                Check(_budget.Charge(0, key.Value.Length) ?? Unkept("a key", key.Value), key.Start);
                var value = Value(depth + 1);
                if (key is { Value: "<<", Style: ScalarStyle.Plain })
                {
                    merged.AddRange(value is Node.Sequence list ? list.Items : [value]);
                    if (merged.Exists(m => m is not Node.Mapping))
                    {
                        throw new Refused("a merge key << needs a mapping or a list of mappings", key.Start);
                    }
                }
                else
                {
                    entries.Add(new Entry(key.Value, (int)key.Start.Line, value));
                }
            }
        });

        // A key of the mapping itself wins, then the first merged one.
        var own = entries.Select(e => e.Key).ToHashSet();
        entries.AddRange(merged.Cast<Node.Mapping>().SelectMany(m => m.Entries).Where(e => own.Add(e.Key)));
        return (new Node.Mapping(entries.ToImmutable(), (int)start.Start.Line, (int)start.Start.Column), height);
    }

    private (Node Node, int Height) Sequence(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        Check(_budget.Enter(depth) ?? _budget.Charge(1, 0), start.Start);
        var items = ImmutableArray.CreateBuilder<Node>();
        var height = InContainer(() =>
        {
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Value(depth + 1));
            }
        });
        return (new Node.Sequence(items.ToImmutable(), (int)start.Start.Line, (int)start.Start.Column), height);
    }

    private int InContainer(Action read)
    {
        var outside = _height;
        _height = 0;
        read();
        var height = _height + 1;
        _height = outside;
        return height;
    }

    private Node.Scalar Scalar()
    {
        var scalar = _parser.Consume<Scalar>();
        Check(_budget.Charge(1, scalar.Value.Length) ?? Unkept("a text", scalar.Value), scalar.Start);
        var (text, type) = scalar.Style == ScalarStyle.Plain ? Plain(scalar.Value) : (scalar.Value, ScalarType.Text);
        return new Node.Scalar(text, type, (int)scalar.Start.Line, (int)scalar.Start.Column);
    }

    /// <summary>Checks escapes: they can produce characters that the text itself may not contain.</summary>
    private static string? Unkept(string what, string text) => UnkeptText.Rule(text) is { } rule ? $"{what} {rule}" : null;

    /// <summary>The core schema of YAML 1.2: yes, on, 1_000 and 0x1f are texts.</summary>
    private static (string Text, ScalarType Type) Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ("", ScalarType.Null),
        "true" or "True" or "TRUE" => ("true", ScalarType.Boolean),
        "false" or "False" or "FALSE" => ("false", ScalarType.Boolean),
        [(>= '0' and <= '9') or '-' or '+' or '.', ..] when NumberText.TryNormalise(text, out _) =>
            (text, ScalarType.Number),
        _ => (text, ScalarType.Text),
    };

    private static void Check(string? refusal, in Mark at)
    {
        if (refusal is not null)
        {
            throw new Refused(refusal, at) { IsLimit = true };
        }
    }

    private sealed record Anchored(Node Node, int Height, long Nodes, long Characters);

    private sealed class Refused(string message, Mark at) : Exception(message)
    {
        public bool IsLimit { get; init; }

        public int Line { get; } = (int)at.Line;

        public int Column { get; } = (int)at.Column;
    }
}
