using System.CommandLine;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Commands.Apply;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Domain.Documents;
using Orchestrator.PlanFiles;

namespace Orchestrator.Cli.Commands.Environments;

/// <summary>Applies static flags: a YAML file with a mapping of keys to values.</summary>
internal static class FlagApply
{
    public static Verb Verb()
    {
        var file = new Argument<string>("file") { Description = "YAML file: a mapping of flags to values; - is stdin" };
        var (environment, dry, yes) = (Inputs.Environment(), ApplyOptions.DryRun(), Confirmation.Yes());
        Option<bool> prune = new("--prune") { Description = "Remove static flags that the file does not name" };
        return new Verb("apply", "Apply static flags; exit code 2 when there were changes", "rollout flag apply flags.yaml -e production --dry-run", "rollout flag apply flags.yaml -e production --prune --yes")
            .With(file, environment, prune, dry, yes).Does(async (invocation, stop) =>
            {
                var path = invocation.Value(file);
                if (YamlText.Parse(Inputs.Text(invocation, path), out var errors) is not Node.Mapping wanted)
                {
                    throw Failure.Invalid($"{path} is no mapping of flags to values.", [.. errors.Select(error => ApplyOptions.Text(path, error))]);
                }

                var place = Inputs.Environment(invocation, environment);
                var all = await invocation.All(Calls.Route($"/api/v1/environments/{place}/flags"), "flags", stop);
                var there = all.Items("flags").ToDictionary(
                    flag => flag.Text("key")!, flag => JsonNode.Parse(flag.GetProperty("value").GetRawText()), StringComparer.Ordinal);
                var changes = new List<Change>();
                foreach (var entry in wanted.Entries)
                {
                    var value = JsonNode.Parse(CanonicalJson.Write(entry.Value));
                    if (!there.TryGetValue(entry.Key, out var now) || !JsonNode.DeepEquals(now, value))
                    {
                        changes.Add(new Change(
                            $"flag {entry.Key}", there.ContainsKey(entry.Key) ? $"changes from {now?.ToJsonString() ?? "null"} to {value?.ToJsonString() ?? "null"}" : $"is new: {value?.ToJsonString() ?? "null"}",
                            Calls.Route($"/api/v1/environments/{place}/flags/{entry.Key}"), new JsonObject { ["value"] = value }));
                    }
                }

                if (invocation.Value(prune))
                {
                    changes.AddRange(there.Keys.Except(wanted.Entries.Select(entry => entry.Key)).Order(StringComparer.Ordinal)
                        .Select(key => new Change($"flag {key}", "is removed", Calls.Route($"/api/v1/environments/{place}/flags/{key}"), null)));
                }

                return await Change.Apply(
                    invocation, changes, wanted.Entries.Length, $"All users of {place} get the new values.", invocation.Value(dry),
                    invocation.Value(yes), stop);
            });
    }
}
