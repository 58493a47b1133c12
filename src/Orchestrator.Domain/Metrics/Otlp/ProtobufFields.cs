using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>
/// Fields of one message in the Protocol Buffers wire format (protobuf.dev, "Encoding"), in the order sent. A field that is not read is
/// skipped. Throws <see cref="FormatException"/> where the bytes end within a field.
/// </summary>
/// <param name="message">The message without its length.</param>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int BytesType = 2;
    private const int Fixed32Type = 5;
    private const int LongestVarint = 10;

    private ReadOnlySpan<byte> rest = message;
    private int type;
    private ulong number;
    private ReadOnlySpan<byte> bytes;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Moves to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint(ref rest);
        Field = tag >> 3 is > 0 and <= 536_870_911 and var field ? (int)field : throw new FormatException($"{tag >> 3} is not a field number");
        type = (int)(tag & 7);
        switch (type)
        {
            case VarintType:
                number = Varint(ref rest);
                break;
            case Fixed64Type:
                number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case Fixed32Type:
                number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            case BytesType:
                bytes = Take(Varint(ref rest));
                break;
            default:
                throw new FormatException($"field {Field} has the wire type {type}, which is none of those in use");
        }

        return true;
    }

    /// <summary>The value as a nested message, a text in bytes, or a packed list.</summary>
    public readonly ReadOnlySpan<byte> Bytes => type == BytesType ? bytes : throw Wrong("bytes");

    /// <summary>The value as a text.</summary>
    public readonly string Text
    {
        get
        {
            try
            {
                return Strict.GetString(Bytes);
            }
            catch (DecoderFallbackException)
            {
                throw new FormatException($"the text of field {Field} is not UTF-8");
            }
        }
    }

    /// <summary>The value as int64, uint64, uint32, bool or enum.</summary>
    public readonly long Integer => type == VarintType ? (long)number : throw Wrong("a varint");

    /// <summary>The value as sint32 or sint64.</summary>
    public readonly long Signed => (long)((ulong)Integer >> 1) ^ -(Integer & 1);

    /// <summary>The value as fixed64 or sfixed64. One beyond 63 bits is negative.</summary>
    public readonly long Fixed => type == Fixed64Type ? (long)number : throw Wrong("eight bytes");

    /// <summary>The value as a double.</summary>
    public readonly double Double => BitConverter.Int64BitsToDouble(Fixed);

    /// <summary>Adds the values of a list of fixed64 or double, packed or not.</summary>
    public readonly void AddFixed(List<long> values)
    {
        if (type == Fixed64Type)
        {
            values.Add(Fixed);
            return;
        }

        for (var list = Bytes; !list.IsEmpty; list = list[8..])
        {
            values.Add(list.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(list) : throw new FormatException($"the list of field {Field} ends within a number"));
        }
    }

    /// <summary>Adds the values of a list of uint64, packed or not.</summary>
    public readonly void AddVarints(List<long> values)
    {
        if (type == VarintType)
        {
            values.Add(Integer);
            return;
        }

        var list = Bytes;
        while (!list.IsEmpty)
        {
            values.Add((long)Varint(ref list));
        }
    }

    private static UTF8Encoding Strict { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ulong Varint(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (var i = 0; i < LongestVarint; i++)
        {
            if (i == from.Length)
            {
                throw new FormatException("the bytes end within a number");
            }

            value |= (ulong)(from[i] & 0x7f) << (7 * i);
            if (from[i] < 0x80)
            {
                from = from[(i + 1)..];
                return value;
            }
        }

        throw new FormatException($"a number has more than {LongestVarint} bytes");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)rest.Length)
        {
            throw new FormatException($"field {Field} should have {length} bytes, but {rest.Length} are left");
        }

        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    private readonly FormatException Wrong(string expected) => new($"field {Field} should be {expected}, but has the wire type {type}");
}
