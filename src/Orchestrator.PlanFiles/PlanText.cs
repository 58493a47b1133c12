using Orchestrator.Domain.Plans;

namespace Orchestrator.PlanFiles;

/// <summary>The one reader of plan text: YAML, or JSON when the text begins with a brace.</summary>
public static class PlanText
{
    /// <summary>Reads UTF-8 text. Never throws: every fault is an error of the result.</summary>
    public static PlanReading Read(ReadOnlyMemory<byte> utf8) => PlanSource.Of(utf8).Plan();

    /// <summary>Reads text.</summary>
    public static PlanReading Read(string text) => PlanSource.Of(text).Plan();
}
