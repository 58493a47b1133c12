using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// The user of an evaluation: the targeting key and those attributes that some rule of the environment tests; all others are dropped
/// unread. A reusable buffer: <see cref="Begin"/> it for each request. Not thread-safe. Reading and routing allocate only when the buffer grows.
/// </summary>
public sealed class EvaluationContext
{
    private static readonly AttributeSlot Missing;
    private NameIndex _names = NameIndex.Empty;
    private AttributeSlot[] _slots = [];
    private byte[] _text;
    private int _used;
    private int _keyStart;
    private int _keyLength = -1;
    private uint _keyHash;
    private bool _hashed;

    /// <summary>A context with room for a usual request.</summary>
    public EvaluationContext()
        : this(256)
    {
    }

    /// <summary>A context with room for texts of so many bytes.</summary>
    internal EvaluationContext(int room) => _text = new byte[room];

    /// <summary>The user's key as UTF-8; empty when missing.</summary>
    public ReadOnlySpan<byte> TargetingKey => _keyLength > 0 ? _text.AsSpan(_keyStart, _keyLength) : [];

    /// <summary>True when there is a key. An empty text is one.</summary>
    public bool HasTargetingKey => _keyLength >= 0;

    /// <summary>Plain hash of the user's key, made once: an answer for many flags and many segments needs it for each.</summary>
    internal uint KeyHash
    {
        get
        {
            // Threads that share a user may make it twice, and make the same.
            if (!Volatile.Read(ref _hashed))
            {
                var hash = default(Murmur3);
                hash.Append(TargetingKey);
                _keyHash = hash.Finish();
                Volatile.Write(ref _hashed, true);
            }

            return _keyHash;
        }
    }

    /// <summary>Hash of the user for counts of different users, under a secret.</summary>
    internal uint Person(ulong people) => PersonHash.Of(KeyHash, people);

    /// <summary>Clears everything and prepares for the rules of this environment; null for none.</summary>
    public EvaluationContext Begin(EnvironmentTable? environment)
    {
        _names = environment?.Attributes ?? NameIndex.Empty;
        if (_slots.Length < _names.Count)
        {
            _slots = new AttributeSlot[_names.Count];
        }
        else
        {
            // All of it: a longer index may be used later, and must not find the user before.
            Array.Clear(_slots);
        }

        _used = 0;
        _keyLength = -1;
        _hashed = false;
        return this;
    }

    /// <summary>Sets the user's key; null removes it.</summary>
    public EvaluationContext Key(string? key)
    {
        SetKey(key is null ? default : Keep(key), key is not null);
        return this;
    }

    /// <summary>Sets an attribute.</summary>
    public EvaluationContext Set(string name, string value) => Set(name, Keep(value));

    /// <summary>Sets an attribute.</summary>
    public EvaluationContext Set(string name, double value) => Set(name, AttributeSlot.Of(value));

    /// <summary>Sets an attribute, exactly.</summary>
    public EvaluationContext Set(string name, long value) => Set(name, AttributeSlot.Of(value));

    /// <summary>Sets an attribute.</summary>
    public EvaluationContext Set(string name, bool value) => Set(name, AttributeSlot.Of(value));

    /// <summary>
    /// Reads a JSON object, from the reader on its start to its end; of a repeated name the later value counts. Null,
    /// lists and objects count as missing. False when <c>targetingKey</c> is neither text nor null; broken JSON throws
    /// <see cref="JsonException"/>, and a text that is no Unicode <see cref="InvalidOperationException"/>.
    /// </summary>
    public bool Read(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var slot = Find(ref reader, out var isKey);
            reader.Read();
            if (isKey)
            {
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                {
                    return false;
                }

                var given = reader.TokenType == JsonTokenType.String;
                SetKey(given ? Keep(ref reader) : default, given);
            }
            else if (slot >= 0)
            {
                _slots[slot] = reader.TokenType switch
                {
                    JsonTokenType.String => Keep(ref reader),
                    JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number) => Number(ref reader, number),
                    JsonTokenType.True => AttributeSlot.Of(true),
                    JsonTokenType.False => AttributeSlot.Of(false),
                    _ => default,
                };
            }

            reader.Skip();
        }

        return true;
    }

    /// <summary>True when it began with this environment, or with one whose rules test the same attributes.</summary>
    internal bool IsFor(EnvironmentTable environment) => ReferenceEquals(_names, environment.Attributes);

    internal ref readonly AttributeSlot this[int slot] => ref (uint)slot < (uint)_slots.Length ? ref _slots[slot] : ref Missing;

    internal ReadOnlySpan<byte> Text(in AttributeSlot slot) => _text.AsSpan(slot.Start, slot.Length);

    /// <summary>A value for an explanation: JSON, null for a missing one.</summary>
    internal string? Show(in AttributeSlot slot) => slot.Kind switch
    {
        AttributeKind.Text => "\"" + Encoding.UTF8.GetString(Text(slot)) + "\"",
        AttributeKind.Missing => null,
        AttributeKind.Integer => slot.Integer.ToString(CultureInfo.InvariantCulture),
        _ => Encoding.UTF8.GetString(Write(slot, stackalloc byte[64])),
    };

    /// <summary>
    /// A value as text: itself, <c>true</c>, <c>3.5</c>; empty when missing. Into <paramref name="scratch"/> unless it is stored already.
    /// </summary>
    internal ReadOnlySpan<byte> Write(in AttributeSlot slot, Span<byte> scratch)
    {
        switch (slot.Kind)
        {
            case AttributeKind.Text:
                return Text(slot);
            case AttributeKind.Number or AttributeKind.Integer:
                // Strata are named by doubles: an integer that no double holds stays with its neighbours.
                return Utf8Formatter.TryFormat(slot.Number, scratch, out var written) ? scratch[..written] : [];
            case AttributeKind.True:
                return "true"u8;
            case AttributeKind.False:
                return "false"u8;
            default:
                return [];
        }
    }

    /// <summary>
    /// The value by which users are kept together: a text that is not empty, or an exact integer as its decimal digits. False for
    /// anything else. Into <paramref name="scratch"/> (20 bytes) unless it is stored already.
    /// </summary>
    internal bool TryGroup(int slot, Span<byte> scratch, out ReadOnlySpan<byte> group)
    {
        ref readonly var value = ref this[slot];
        var whole = value.Kind switch
        {
            AttributeKind.Integer => value.Integer,
            AttributeKind.Number when AttributeValue.IsExact(value.Number) && Math.Floor(value.Number) == value.Number =>
                (long?)value.Number,
            _ => null,
        };
        group = whole is { } number ? Utf8Formatter.TryFormat(number, scratch, out var written) ? scratch[..written] : []
            : value.Kind == AttributeKind.Text ? Text(value) : [];
        return !group.IsEmpty;
    }

    private static AttributeSlot Number(ref Utf8JsonReader reader, double number) =>
        AttributeValue.IsExact(number) ? AttributeSlot.Of(number)
        : reader.TryGetInt64(out var integer) ? AttributeSlot.Of(integer)
        : reader.TryGetDecimal(out var exact) && decimal.IsInteger(exact) && exact is >= long.MinValue and <= long.MaxValue
        ? AttributeSlot.Of((long)exact)
        : AttributeSlot.Of(number);

    private EvaluationContext Set(string name, AttributeSlot value)
    {
        var slot = _names.Find(name);
        if (slot >= 0)
        {
            _slots[slot] = value;
        }

        return this;
    }

    private void SetKey(AttributeSlot text, bool given)
    {
        (_keyStart, _keyLength) = given ? (text.Start, text.Length) : (0, -1);
        _hashed = false;
        var slot = _names.Find("targetingKey"u8);
        if (slot >= 0)
        {
            _slots[slot] = text;
        }
    }

    private int Find(ref Utf8JsonReader reader, out bool isKey)
    {
        if (!reader.ValueIsEscaped)
        {
            return Find(reader.ValueSpan, out isKey);
        }

        // A name that needs more room than this is no attribute of a plan.
        Span<byte> unescaped = stackalloc byte[256];
        var length = reader.ValueSpan.Length <= unescaped.Length ? reader.CopyString(unescaped) : 0;
        return Find(unescaped[..length], out isKey);
    }

    private int Find(ReadOnlySpan<byte> name, out bool isKey)
    {
        isKey = name.SequenceEqual("targetingKey"u8);
        return isKey ? -1 : _names.Find(name);
    }

    private AttributeSlot Keep(ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        var free = Free(raw.Length);
        if (reader.ValueIsEscaped)
        {
            return Keep(reader.CopyString(free));
        }

        raw.CopyTo(free);
        return Keep(raw.Length);
    }

    private AttributeSlot Keep(string text) => Keep(Encoding.UTF8.GetBytes(text, Free(Encoding.UTF8.GetByteCount(text))));

    private AttributeSlot Keep(int length)
    {
        var slot = AttributeSlot.Of(_used, length);
        _used += length;
        return slot;
    }

    private Span<byte> Free(int length)
    {
        if (_text.Length - _used < length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _used + length));
        }

        return _text.AsSpan(_used);
    }
}

/// <summary>Type of an attribute's value.</summary>
internal enum AttributeKind : byte
{
    Missing,
    Text,
    Number,
    True,
    False,

    /// <summary>A number that no double holds: an integer at or beyond 2^53.</summary>
    Integer,
}

/// <summary>
/// One attribute's value; a text is a place in the context's buffer. An integer takes the room of the place, so that a slot stays small.
/// </summary>
internal readonly record struct AttributeSlot(AttributeKind Kind, int Start, int Length, double Number)
{
    /// <summary>The integer of <see cref="AttributeKind.Integer"/>; <see cref="Number"/> is then the nearest double.</summary>
    public long Integer => ((long)Start << 32) | (uint)Length;

    public static AttributeSlot Of(int start, int length) => new(AttributeKind.Text, start, length, 0);

    public static AttributeSlot Of(double number) => new(AttributeKind.Number, 0, 0, number);

    public static AttributeSlot Of(long value) =>
        AttributeValue.IsExact(value) ? Of((double)value) : new(AttributeKind.Integer, (int)(value >> 32), (int)value, value);

    public static AttributeSlot Of(bool value) => new(value ? AttributeKind.True : AttributeKind.False, 0, 0, 0);
}
