using System.CommandLine;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Commands.Apply;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Segments;
using Orchestrator.PlanFiles;
using InputError = Orchestrator.Domain.Documents.InputError;
using Node = Orchestrator.Domain.Documents.Node;

namespace Orchestrator.Cli.Commands.Segments;

/// <summary>Applies definitions of segments: a YAML file with a mapping of keys to definitions.</summary>
internal static class SegmentApply
{
    public static Verb Verb()
    {
        var file = new Argument<string>("file") { Description = "YAML file: a mapping of keys to definitions, as in a plan; - is stdin" };
        var (environment, dry, yes) = (Inputs.Environment(), ApplyOptions.DryRun(), Confirmation.Yes());
        return new Verb("apply", "Apply definitions of segments; exit code 2 when there were changes", "rollout segment apply segments.yaml -e production --dry-run", "rollout segment apply segments.yaml -e production --yes")
            .With(file, environment, dry, yes).Does(async (invocation, stop) =>
            {
                var wanted = Read(invocation.Value(file), Inputs.Text(invocation, invocation.Value(file)));
                var place = Inputs.Environment(invocation, environment);
                var changes = new List<Change>();
                foreach (var (key, definition, document) in wanted)
                {
                    var now = await Known(invocation, place, key, stop);

                    // As both are written in a plan: two spellings of one definition are no change.
                    if (now?.Yaml != SegmentYaml.Of(definition))
                    {
                        changes.Add(new Change($"segment {key}", now is null ? "is new" : $"changes (version {now.Version})", Calls.Route($"/api/v1/segments/{place}/{key}"), document, now?.Version));
                    }
                }

                return await Change.Apply(invocation, changes, wanted.Count, $"{place}: users of these segments may move.", invocation.Value(dry), invocation.Value(yes), stop);
            });
    }

    /// <summary>The segment; null when there is none of this name.</summary>
    private static async Task<Segment?> Known(Invocation invocation, string environment, string key, CancellationToken stop)
    {
        try
        {
            return (await invocation.Api.Segments.Get(environment, key, stop)).Value;
        }
        catch (OrchestratorApiException problem) when (problem.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Keys and definitions, checked by the reader of the server; all errors at once, each with its line.</summary>
    private static List<(string Key, SegmentDefinition Definition, JsonNode Document)> Read(string path, string text)
    {
        var root = YamlText.Parse(text, out var errors);
        if (root is not Node.Mapping mapping)
        {
            throw Failure.Invalid($"{path} is no mapping of keys to definitions.", [.. errors.Select(error => ApplyOptions.Text(path, error))]);
        }

        var found = ImmutableArray.CreateBuilder<InputError>();
        var read = new List<(string, SegmentDefinition, JsonNode)>();
        foreach (var entry in mapping.Entries)
        {
            var reading = SegmentReader.Read(entry.Value);
            found.AddRange(reading.Errors.Select(error => error with { Path = error.Path.Length == 0 ? entry.Key : $"{entry.Key}.{error.Path}" }));
            if (reading.Definition is { } definition)
            {
                read.Add((entry.Key, definition, JsonNode.Parse(CanonicalJson.Write(entry.Value))!));
            }
        }

        return found.Count == 0 ? read : throw Failure.Invalid($"{path} has {Waits.Count(found.Count, "error")}.", [.. found.Select(error => ApplyOptions.Text(path, error))]);
    }
}
