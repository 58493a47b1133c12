using System.Collections.Immutable;
using System.Text;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Segments;

namespace Orchestrator.PlanFiles;

/// <summary>The one reader of plan text and its parts: YAML, or JSON when the text begins with a brace.</summary>
public static class PlanText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads UTF-8 text. Never throws: every fault is an error of the result.</summary>
    public static PlanReading Read(ReadOnlyMemory<byte> utf8) =>
        Root(utf8, out var errors) is { } root ? PlanReader.Read(root, JsonPathSyntax.Fault) : PlanReading.Failed(errors);

    /// <summary>Reads text.</summary>
    public static PlanReading Read(string text) =>
        new DocumentBudget(DocumentLimits.Plan).Admit(Encoding.UTF8.GetByteCount(text)) is { } tooLong
        ? PlanReading.Failed([new InputError("", tooLong)])
        : Parse(text, out var errors) is { } root ? PlanReader.Read(root, JsonPathSyntax.Fault) : PlanReading.Failed(errors);

    /// <summary>Reads the definition of one segment, as a plan has it under the key of the segment. Never throws.</summary>
    public static SegmentReading ReadSegment(ReadOnlyMemory<byte> utf8) =>
        Root(utf8, out var errors) is { } root ? SegmentReader.Read(root) : new SegmentReading(null, errors);

    private static Node? Root(ReadOnlyMemory<byte> utf8, out ImmutableArray<InputError> errors)
    {
        if (new DocumentBudget(DocumentLimits.Plan).Admit(utf8.Length) is { } tooLong)
        {
            errors = [new InputError("", tooLong)];
            return null;
        }

        try
        {
            return Parse(Strict.GetString(utf8.Span), out errors);
        }
        catch (DecoderFallbackException broken)
        {
            errors = [new InputError("", $"the text is not UTF-8: byte {broken.Index} starts no character")];
            return null;
        }
    }

    private static Node? Parse(string text, out ImmutableArray<InputError> errors)
    {
        text = text.TrimStart('\uFEFF');
        if (UnkeptText.Rule(text, out var at) is { } rule)
        {
            var before = text.AsSpan(0, at);
            errors = [new InputError("", $"the text {rule}", before.Count('\n') + 1, at - before.LastIndexOf('\n'))];
            return null;
        }

        return text.AsSpan().TrimStart() is ['{', ..]
            ? JsonText.Parse(text, out errors)
            : YamlText.Parse(text, out errors);
    }
}
