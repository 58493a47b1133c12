using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Segments;

namespace Orchestrator.PlanFiles;

/// <summary>The one reader of plan text and its parts: YAML, or JSON when the text begins with a brace.</summary>
public static class PlanText
{
    /// <summary>Reads UTF-8 text. Never throws: every fault is an error of the result.</summary>
    public static PlanReading Read(ReadOnlyMemory<byte> utf8) => PlanSource.Of(utf8).Plan();

    /// <summary>Reads text.</summary>
    public static PlanReading Read(string text) => PlanSource.Of(text).Plan();

    /// <summary>Reads the definition of one segment, as a plan has it under the key of the segment. Never throws.</summary>
    public static SegmentReading ReadSegment(ReadOnlyMemory<byte> utf8)
    {
        var source = PlanSource.Of(utf8);
        return source.Root is { } root ? SegmentReader.Read(root) : new SegmentReading(null, source.Errors);
    }
}
