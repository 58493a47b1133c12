using System.Security.Cryptography;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Grains.Segments;

/// <summary>Commands of segments that need chance, which the domain has none of.</summary>
public static class SegmentCommands
{
    private const int MemberKeyBytes = 32;

    /// <summary>A definition with a fresh key for the hashes of members; a segment that has one keeps its own.</summary>
    public static SegmentCommand Define(SegmentDefinition definition) =>
        new SegmentCommand.Define(definition, RandomNumberGenerator.GetBytes(MemberKeyBytes));
}
