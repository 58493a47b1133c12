using System.Text;

namespace Orchestrator.Domain.Quantities;

/// <summary>
/// Place of a user among all users of one salt: murmur3 x86 32, seed 0, over the UTF-8 of <c>salt:key</c>, mapped by
/// <c>(hash * 100000) &gt;&gt; 32</c> to 0..99999. One step is 1/1000 of a percent. The golden vectors beside the tests bind every
/// implementation.
/// </summary>
public readonly struct Bucket
{
    private readonly Murmur3 _salted;

    /// <summary>The buckets of a salt; the salt is hashed here, once.</summary>
    public Bucket(string salt)
    {
        _salted.Append(Encoding.UTF8.GetBytes(salt));
        _salted.Append(":"u8);
    }

    /// <summary>The bucket of a user's key (UTF-8, any length). Allocates nothing.</summary>
    public int Of(ReadOnlySpan<byte> key)
    {
        var hash = _salted;
        hash.Append(key);
        return Of(hash.Finish());
    }

    internal static int Of(uint hash) => (int)(((ulong)hash * Share.Whole) >> 32);
}
