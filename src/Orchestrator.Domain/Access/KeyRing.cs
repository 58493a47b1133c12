using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Access;

/// <summary>
/// The working keys, found by their text without allocating. Immutable; replaced as a whole when a key is created or revoked.
/// </summary>
public sealed class KeyRing
{
    /// <summary>A ring without keys.</summary>
    public static readonly KeyRing Empty = new(AccessState.Initial);

    private readonly FrozenDictionary<Digest, Key> _byHash;
    private readonly bool _hasChosen;

    /// <summary>The working keys of a state.</summary>
    public KeyRing(AccessState state)
    {
        Key[] working = [.. state.Keys.Values.Where(key => key.RevokedAt is null).DistinctBy(key => key.Hash)];
        _byHash = working.ToFrozenDictionary(
            key => Digest.Of(Convert.FromHexString(key.Hash.AsSpan(IsChosen(key) ? Key.PepperedPrefix.Length : 0))));
        _hasChosen = working.Any(IsChosen);
    }

    /// <summary>
    /// Finds the key with this text. Timing reveals nothing about a secret: only a hash is looked up, and it is
    /// compared in constant time.
    /// </summary>
    /// <param name="text">Text of a key.</param>
    /// <param name="pepper">Hash of chosen keys.</param>
    /// <param name="key">The key.</param>
    public bool TryFind(ReadOnlySpan<char> text, KeyPepper pepper, out Key key)
    {
        key = null!;
        if (text.IsEmpty || text.Length > Key.Longest)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[Key.Longest * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        utf8 = utf8[..Encoding.UTF8.GetBytes(text, utf8)];
        SHA256.HashData(utf8, hash);
        if (_byHash.TryGetValue(Digest.Of(hash), out key!))
        {
            return true;
        }

        if (!_hasChosen)
        {
            return false;
        }

        pepper.Hash(utf8, hash);
        return _byHash.TryGetValue(Digest.Of(hash), out key!);
    }

    private static bool IsChosen(Key key) => key.Hash.StartsWith(Key.PepperedPrefix, StringComparison.Ordinal);

    [InlineArray(4)]
    private struct Words
    {
        private ulong _first;
    }

    private readonly struct Digest(Words words) : IEquatable<Digest>
    {
        private readonly Words _words = words;

        public static Digest Of(ReadOnlySpan<byte> bytes) => new(MemoryMarshal.Read<Words>(bytes));

        public bool Equals(Digest other) => CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)_words), MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)other._words));

        public override bool Equals(object? obj) => obj is Digest other && Equals(other);

        public override int GetHashCode() => (int)_words[0];
    }
}
