using System.Text;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;

namespace Orchestrator.PlanFiles;

/// <summary>The one reader of plan text: YAML, or JSON when the text begins with a brace.</summary>
public static class PlanText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads UTF-8 text. Never throws: every fault is an error of the result.</summary>
    public static PlanReading Read(ReadOnlyMemory<byte> utf8)
    {
        if (new DocumentBudget(DocumentLimits.Plan).Admit(utf8.Length) is { } tooLong)
        {
            return PlanReading.Failed([new InputError("", tooLong)]);
        }

        try
        {
            return Parse(Strict.GetString(utf8.Span));
        }
        catch (DecoderFallbackException broken)
        {
            return PlanReading.Failed([new InputError("", $"the text is not UTF-8: byte {broken.Index} starts no character")]);
        }
    }

    /// <summary>Reads text.</summary>
    public static PlanReading Read(string text) =>
        new DocumentBudget(DocumentLimits.Plan).Admit(Encoding.UTF8.GetByteCount(text)) is { } tooLong
        ? PlanReading.Failed([new InputError("", tooLong)])
        : Parse(text);

    private static PlanReading Parse(string text)
    {
        text = text.TrimStart('\uFEFF');
        if (UnkeptText.Rule(text, out var at) is { } rule)
        {
            var before = text.AsSpan(0, at);
            return PlanReading.Failed([new InputError("", $"the text {rule}", before.Count('\n') + 1, at - before.LastIndexOf('\n'))]);
        }

        var root = text.AsSpan().TrimStart() is ['{', ..]
            ? JsonText.Parse(text, out var errors)
            : YamlText.Parse(text, out errors);
        return root is null ? PlanReading.Failed(errors) : PlanReader.Read(root, JsonPathSyntax.Fault);
    }
}
