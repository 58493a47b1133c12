using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Access;

/// <summary>The keys that work, for looking one up by its text without allocating. Immutable; swapped whole when a key comes or goes.</summary>
public sealed class KeyRing
{
    /// <summary>Opens to nobody.</summary>
    public static readonly KeyRing Empty = new(AccessState.Initial);

    private readonly FrozenDictionary<Digest, Key> _byHash;

    /// <summary>The working keys of a state.</summary>
    public KeyRing(AccessState state) => _byHash = state.Keys.Values
        .Where(key => key.RevokedAt is null)
        .DistinctBy(key => key.Hash)
        .ToFrozenDictionary(key => Digest.Of(Convert.FromHexString(key.Hash)));

    /// <summary>
    /// The key whose text this is. Nothing about a secret can be learned by timing: only its SHA-256 is looked up, and that is
    /// compared in constant time.
    /// </summary>
    public bool TryFind(ReadOnlySpan<char> text, out Key key)
    {
        key = null!;
        if (text.IsEmpty || text.Length > Key.Longest)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[Key.Longest * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(text, utf8)], hash);
        return _byHash.TryGetValue(Digest.Of(hash), out key!);
    }

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
