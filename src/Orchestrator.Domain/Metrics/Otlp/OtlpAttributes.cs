using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>
/// Attributes in layers: those of a point, over those of its scope, over those of its resource. A layer is shared by all points in it, so
/// that a resource with thousands of attributes costs each of its points nothing.
/// </summary>
public sealed class OtlpAttributes
{
    /// <summary>Most attributes for which a linear search is faster than a dictionary.</summary>
    private const int Few = 8;

    /// <summary>Bytes hashed without a borrowed array: names and attributes of almost every point are shorter.</summary>
    private const int OnStack = 1024;

    private readonly OtlpAttributes? around;
    private readonly KeyValuePair<string, string>[] own;
    private Dictionary<string, string>? index;

    /// <param name="around">The layer below; null for none.</param>
    /// <param name="own">In the given order: of two with one key the later counts.</param>
    public OtlpAttributes(OtlpAttributes? around, params KeyValuePair<string, string>[] own) => (this.around, this.own) = (around, own);

    /// <summary>No attribute.</summary>
    public static OtlpAttributes None { get; } = new(null);

    /// <summary>True when this layer has no attribute of its own.</summary>
    public bool IsEmpty => own.Length == 0;

    /// <summary>True when it has the same attributes in the same order over the same layer.</summary>
    internal bool Same(OtlpAttributes below, ReadOnlySpan<KeyValuePair<string, string>> attributes)
    {
        if (!ReferenceEquals(around, below) || own.Length != attributes.Length)
        {
            return false;
        }

        for (var i = 0; i < own.Length; i++)
        {
            if (own[i].Key != attributes[i].Key || own[i].Value != attributes[i].Value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The value of the topmost layer that has the key; null when none has.</summary>
    public string? GetValueOrDefault(string key)
    {
        for (var layer = this; layer is not null; layer = layer.around)
        {
            if (layer.Own(key) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>A hash of some names and of the topmost layer, independent of the order of its attributes.</summary>
    internal string Hash(params ReadOnlySpan<string?> names)
    {
        var sorted = Sorted();
        var most = 0;
        foreach (var name in names)
        {
            most += Room(name);
        }

        foreach (var (key, value) in sorted)
        {
            most += Room(key) + Room(value);
        }

        var rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rented ?? stackalloc byte[OnStack];
        var n = 0;
        foreach (var name in names)
        {
            Add(bytes, ref n, name, '\n');
        }

        foreach (var (key, value) in sorted)
        {
            Add(bytes, ref n, key, '=');
            Add(bytes, ref n, value, '\n');
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..n], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return Convert.ToHexStringLower(hash[..16]);
    }

    /// <summary>Bytes that a text and its end take at most; a body is bounded, so their sum is far below 2^31.</summary>
    private static int Room(string? text) => text is null ? 1 : Encoding.UTF8.GetMaxByteCount(text.Length) + 1;

    private static void Add(Span<byte> bytes, ref int n, string? text, char end)
    {
        n += Encoding.UTF8.GetBytes(text, bytes[n..]);
        bytes[n++] = (byte)end;
    }

    private KeyValuePair<string, string>[] Sorted()
    {
        if (own.Length < 2)
        {
            return own;
        }

        var sorted = own.ToArray();
        Array.Sort(sorted,
            static (a, b) => string.CompareOrdinal(a.Key, b.Key) is not 0 and var order ? order : string.CompareOrdinal(a.Value, b.Value));
        return sorted;
    }

    private string? Own(string key)
    {
        if (own.Length > Few)
        {
            return (index ??= Index()).GetValueOrDefault(key);
        }

        for (var i = own.Length - 1; i >= 0; i--)
        {
            if (own[i].Key == key)
            {
                return own[i].Value;
            }
        }

        return null;
    }

    private Dictionary<string, string> Index()
    {
        var made = new Dictionary<string, string>(own.Length, StringComparer.Ordinal);
        foreach (var (key, value) in own)
        {
            made[key] = value;
        }

        return made;
    }
}
