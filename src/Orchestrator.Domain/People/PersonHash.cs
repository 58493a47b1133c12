using System.Runtime.CompilerServices;

namespace Orchestrator.Domain.People;

/// <summary>
/// Hash of a user for <see cref="PeopleSketch"/>: the plain hash of the user's key, which is made once for an evaluation, mixed with a
/// secret of the environment (the finalizer of SplitMix64: Steele, Lea and Flood, 2014). Without the secret no guessed user can be tested
/// against a sketch, and the hash says nothing about the bucket, which decides the variant.
/// </summary>
internal static class PersonHash
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint hash, ulong key)
    {
        var mixed = unchecked((hash * 0x9e3779b97f4a7c15) + key);
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return (uint)((mixed ^ (mixed >> 31)) >> 32);
    }
}
