using System.Collections.Immutable;
using System.Text;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Scenarios;

namespace Orchestrator.PlanFiles;

/// <summary>A text of a plan, or of the scenarios of one: YAML, or JSON when it begins with a brace. Parsed once.</summary>
public sealed class PlanSource
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const string Sources = "sources";

    private PlanSource(string text, Node? root, ImmutableArray<InputError> errors) => (Text, Root, Errors) = (text, root, errors);

    /// <summary>The text, without a byte order mark.</summary>
    public string Text { get; }

    /// <summary>The root; null when it is neither YAML nor JSON, or passes a limit.</summary>
    public Node? Root { get; }

    /// <summary>Errors of the text itself; empty when it has a root.</summary>
    public ImmutableArray<InputError> Errors { get; }

    /// <summary>True for a file of scenarios.</summary>
    public bool IsScenarios => Root is { } root && ScenarioReader.IsScenarios(root);

    /// <summary>True for a text that is meant as a plan: it has the key <c>plan</c> and is no file of scenarios.</summary>
    public bool IsPlan => !IsScenarios && Root is Node.Mapping mapping && mapping.Entries.Any(entry => entry.Key == "plan");

    /// <summary>Path of the plan in a file of scenarios; null when it names none.</summary>
    public string? PlanPath => Root is { } root ? ScenarioReader.PlanOf(root) : null;

    /// <summary>Reads UTF-8 text. Never throws: every fault is an error.</summary>
    public static PlanSource Of(ReadOnlyMemory<byte> utf8)
    {
        if (new DocumentBudget(DocumentLimits.Plan).Admit(utf8.Length) is { } tooLong)
        {
            return Failed("", new InputError("", tooLong));
        }

        try
        {
            return Parse(Strict.GetString(utf8.Span));
        }
        catch (DecoderFallbackException broken)
        {
            return Failed("", new InputError("", $"the text is not UTF-8: byte {broken.Index} starts no character"));
        }
    }

    /// <summary>Reads text.</summary>
    public static PlanSource Of(string text) =>
        new DocumentBudget(DocumentLimits.Plan).Admit(Encoding.UTF8.GetByteCount(text)) is { } tooLong
        ? Failed(text, new InputError("", tooLong))
        : Parse(text);

    /// <summary>Reads the plan.</summary>
    public PlanReading Plan() => Root is null ? PlanReading.Failed(Errors) : PlanReader.Read(Root, JsonPathSyntax.Fault);

    /// <summary>Reads the plan with the <c>sources</c> of another text in place of its own.</summary>
    public PlanReading Plan(PlanSource other)
    {
        if (Root is not Node.Mapping root || other.Root is not Node.Mapping given)
        {
            InputError[] shape = other.Root is null or Node.Mapping ? [] : [new InputError(Sources, "must be a mapping with the key sources")];
            return PlanReading.Failed([.. Errors, .. other.Errors, .. shape]);
        }

        var entries = root.Entries.Where(entry => entry.Key != Sources).Concat(given.Entries.Where(entry => entry.Key == Sources));
        return PlanReader.Read(root with { Entries = [.. entries] }, JsonPathSyntax.Fault);
    }

    /// <summary>Reads the scenarios of a plan.</summary>
    public ScenarioReading Scenarios(Plan plan) => Root is null ? new ScenarioReading([], Errors) : ScenarioReader.Read(Root, plan);

    /// <summary>Line and column of an error, from 1, where an editor shows it; column 1 when it has no better one.</summary>
    public (int Line, int Column) Place(InputError error) => SourcePlaces.Of(this, error);

    private static PlanSource Failed(string text, InputError error) => new(text, null, [error]);

    private static PlanSource Parse(string text)
    {
        text = text.TrimStart('\uFEFF');
        if (UnkeptText.Rule(text, out var at) is { } rule)
        {
            var before = text.AsSpan(0, at);
            return Failed(text, new InputError("", $"the text {rule}", before.Count('\n') + 1, at - before.LastIndexOf('\n')));
        }

        var root = text.AsSpan().TrimStart() is ['{', ..]
            ? JsonText.Parse(text, out var errors)
            : YamlText.Parse(text, out errors);
        return new PlanSource(text, root, errors);
    }
}
