using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using JsonValue = System.Text.Json.Nodes.JsonValue;

namespace Orchestrator.Domain.History.WhatIf;

/// <summary>
/// Changes of single values of a plan, as <c>PATH=VALUE</c>. A path has the keys of the plan, and names or numbers (from 0) in lists:
/// <c>triggers.error-rate-spike.for=10m</c>. The last part <c>limit</c> is the number of a condition:
/// <c>triggers.error-rate-spike.limit=0.4%</c>.
/// </summary>
public sealed partial record PlanPatch(string Path, string Value)
{
    /// <summary>Most changes of one question.</summary>
    public const int Most = 20;

    private const int LongestText = 500;

    /// <summary>Reads changes; all errors at once.</summary>
    public static ImmutableArray<PlanPatch> Read(IReadOnlyList<string> texts, ImmutableArray<InputError>.Builder errors)
    {
        if (texts.Count > Most)
        {
            errors.Add(new InputError("set", $"{texts.Count} changes; a what-if has at most {Most}"));
            return [];
        }

        var read = ImmutableArray.CreateBuilder<PlanPatch>();
        for (var i = 0; i < texts.Count; i++)
        {
            var text = texts[i] ?? "";
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == text.Length - 1 || text.Length > LongestText)
            {
                errors.Add(new InputError($"set[{i}]", $"must be PATH=VALUE of at most {LongestText} characters, such as triggers.error-rate-spike.limit=0.4%, but is '{(text.Length > 80 ? text[..80] + "…" : text)}'"));
                continue;
            }

            read.Add(new PlanPatch(text[..at].Trim(), text[(at + 1)..].Trim()));
        }

        return read.ToImmutable();
    }

    /// <summary>The plan with the changes; null with errors.</summary>
    public static Plan? Apply(Plan plan, IReadOnlyList<PlanPatch> patches, ImmutableArray<InputError>.Builder errors)
    {
        var root = JsonNode.Parse(plan.Document) ?? throw new InvalidOperationException("The plan has no document.");
        var before = errors.Count;
        for (var i = 0; i < patches.Count; i++)
        {
            if (Change(root, patches[i]) is { } wrong)
            {
                errors.Add(new InputError($"set[{i}]", wrong));
            }
        }

        if (errors.Count > before)
        {
            return null;
        }

        var reading = PlanReader.ReadDocument(root.ToJsonString());
        errors.AddRange(reading.Errors);
        return reading.Plan;
    }

    private static string? Change(JsonNode root, PlanPatch patch)
    {
        var parts = patch.Path.Split('.');
        var node = root;
        for (var i = 0; i < parts.Length - 1; i++)
        {
            if (Child(node, parts[i]) is not { } child)
            {
                return $"the plan has no '{string.Join('.', parts[..(i + 1)])}'{Known(node)}";
            }

            node = child;
        }

        var last = parts[^1];
        if (node is not JsonObject mapping)
        {
            return $"'{string.Join('.', parts[..^1])}' is one value and has no '{last}'";
        }

        if (last != "limit")
        {
            // A value that the plan does not give has its default, so any key may be set; the reader of plans knows which exist.
            mapping[last] = Of(patch.Value);
            return null;
        }

        var key = mapping["when"] is null ? "on" : "when";
        var text = (mapping[key] as JsonValue)?.ToString() ?? "";
        if (Comparison().Matches(text) is not [{ } one])
        {
            return $"'{string.Join('.', parts[..^1])}' has no condition with one comparison; give the whole 'when'";
        }

        var limit = one.Groups["limit"];
        mapping[key] = string.Concat(text.AsSpan(0, limit.Index), patch.Value, text.AsSpan(limit.Index + limit.Length));
        return null;
    }

    private static JsonNode? Child(JsonNode node, string part) => node switch
    {
        JsonObject mapping => mapping[part],
        JsonArray list => list.FirstOrDefault(item => NameOf(item) == part)
            ?? (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count
                ? list[index] : null),
        _ => null,
    };

    private static string? NameOf(JsonNode? item) => item is JsonObject mapping ? (mapping["name"] as JsonValue)?.ToString() : null;

    private static string Known(JsonNode node)
    {
        var names = node switch
        {
            JsonObject mapping => mapping.Select(one => one.Key),
            JsonArray list => list.Select(NameOf).OfType<string>(),
            _ => [],
        };
        var shown = string.Join(", ", names.Take(20));
        return shown.Length == 0 ? "" : $"; known are {shown}";
    }

    private static JsonNode? Of(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
        : bool.TryParse(value, out var flag) ? JsonValue.Create(flag) : JsonValue.Create(value);

    [GeneratedRegex(@"(<=|>=|==|!=|<|>)\s*(?<limit>\S+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Comparison();
}
