using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Domain.Documents;

/// <summary>JSON as a <see cref="Node"/> tree with line numbers.</summary>
public static class JsonText
{
    /// <summary>
    /// Parses a whole text. Null with errors when it is not JSON, passes a limit, or holds texts that cannot be stored
    /// (<see cref="UnkeptText"/>).
    /// </summary>
    public static Node? Parse(string text, out ImmutableArray<InputError> errors, DocumentLimits? limits = null) =>
        Parse(Encoding.UTF8.GetBytes(text), out errors, limits);

    /// <summary>
    /// Parses a whole UTF-8 text. Null with errors when it is not JSON, passes a limit, or holds texts that cannot be stored
    /// (<see cref="UnkeptText"/>).
    /// </summary>
    public static Node? Parse(ReadOnlySpan<byte> utf8, out ImmutableArray<InputError> errors, DocumentLimits? limits = null)
    {
        var budget = new DocumentBudget(limits ?? DocumentLimits.Plan);
        if (budget.Admit(utf8.Length) is { } tooLong)
        {
            errors = [new InputError("", tooLong)];
            return null;
        }

        if (limits is not { KeptBefore: true } && UnkeptText.In(utf8) is { IsEmpty: false } unkept)
        {
            errors = unkept;
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 1000 });
            var lines = new Lines(utf8);
            reader.Read();
            var node = Value(ref reader, ref lines, budget, 1);
            // The reader itself reports anything after the value.
            reader.Read();
            errors = [];
            return node;
        }
        catch (Refused refused)
        {
            errors = [new InputError("", refused.Message, refused.Line, refused.Column)];
        }
        catch (JsonException broken)
        {
            var sentence = broken.Message.Split(" LineNumber:")[0].TrimEnd('.');
            errors = [new InputError("", $"this is not JSON: {sentence}", (int?)broken.LineNumber + 1, (int?)broken.BytePositionInLine + 1)];
        }
        catch (InvalidOperationException broken)
        {
            // A lone surrogate in an escape of a recorded document: well-formed JSON, but not a valid text.
            errors = [new InputError("", $"this is not JSON: {broken.Message}")];
        }

        return null;
    }

    private static Node Value(ref Utf8JsonReader reader, ref Lines lines, DocumentBudget budget, int depth)
    {
        var (line, column) = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Check(budget.Enter(depth) ?? budget.Charge(1, 0), line, column);
                var entries = ImmutableArray.CreateBuilder<Entry>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var keyLine = lines.At(reader.TokenStartIndex).Line;
                    var key = reader.GetString()!;
                    Check(budget.Charge(0, key.Length), keyLine, column);
                    reader.Read();
                    entries.Add(new Entry(key, keyLine, Value(ref reader, ref lines, budget, depth + 1)));
                }

                return new Node.Mapping(entries.ToImmutable(), line, column);
            case JsonTokenType.StartArray:
                Check(budget.Enter(depth) ?? budget.Charge(1, 0), line, column);
                var items = ImmutableArray.CreateBuilder<Node>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Value(ref reader, ref lines, budget, depth + 1));
                }

                return new Node.Sequence(items.ToImmutable(), line, column);
            default:
                var scalar = Scalar(ref reader, line, column);
                Check(budget.Charge(1, scalar.Text.Length), line, column);
                return scalar;
        }
    }

    private static Node.Scalar Scalar(ref Utf8JsonReader reader, int line, int column)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new Node.Scalar(reader.GetString()!, ScalarType.Text, line, column);
            case JsonTokenType.Number:
                var text = Encoding.UTF8.GetString(reader.ValueSpan);
                Check(NumberText.TryNormalise(text, out _) ? null : $"the number {Field.Short(text)} is too large", line, column);
                return new Node.Scalar(text, ScalarType.Number, line, column);
            case JsonTokenType.Null:
                return new Node.Scalar("", ScalarType.Null, line, column);
            default:
                return new Node.Scalar(reader.TokenType == JsonTokenType.True ? "true" : "false", ScalarType.Boolean, line, column);
        }
    }

    private static void Check(string? refusal, int line, int column)
    {
        if (refusal is not null)
        {
            throw new Refused(refusal, line, column);
        }
    }

    private sealed class Refused(string message, int line, int column) : Exception(message)
    {
        public int Line { get; } = line;

        public int Column { get; } = column;
    }

    /// <summary>Counts newlines once, forward only: tokens come in order.</summary>
    private ref struct Lines(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _position;
        private int _line = 1;
        private int _lineStart;

        public (int Line, int Column) At(long offset)
        {
            for (; _position < offset; _position++)
            {
                if (_text[_position] == (byte)'\n')
                {
                    _line++;
                    _lineStart = _position + 1;
                }
            }

            return (_line, (int)offset - _lineStart + 1);
        }
    }
}
