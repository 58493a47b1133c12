using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Commands.Apply;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Domain.Plans;
using Orchestrator.PlanFiles;

namespace Orchestrator.Cli.Commands.Plans;

/// <summary>
/// Stores the plans of a folder: what is there already makes no new revision. Every file is checked before the first is sent. Running
/// rollouts keep the revision they were made with.
/// </summary>
internal static class PlanApply
{
    private const int MostFiles = 1_000;

    public static Verb Verb()
    {
        Option<string> folder = new("--dir") { Description = "Folder with plans, with its subfolders: *.yaml, *.yml and *.json", HelpName = "path", Required = true };
        Option<bool> prune = new("--prune") { Description = "Archive plans of the server that are in no file; one with an unfinished rollout stays" };
        var (dry, yes) = (ApplyOptions.DryRun(), Confirmation.Yes());
        return new Verb("apply", "Store the plans of a folder; exit code 2 when there were changes", "rollout plan apply --dir plans --dry-run", "rollout plan apply --dir plans --prune --yes")
            .With(folder, prune, dry, yes).Does(async (invocation, stop) =>
            {
                var plans = Read(invocation.Value(folder)!);
                var stored = (await invocation.All("/api/v1/plans", "plans", stop)).Items("plans")
                    .ToDictionary(
                        plan => plan.Text("name")!,
                        plan => (Hash: plan.Text("hash"), Revision: (int)(plan.Number("revision") ?? 0),
                            Unfinished: (int)(plan.Number("unfinished") ?? 0)),
                        StringComparer.Ordinal);
                var changes = plans.Where(one => stored.GetValueOrDefault(one.Plan.Name).Hash != one.Plan.Hash).ToArray();
                string Kind(Plan plan) => stored.TryGetValue(plan.Name, out var known) ? $"gets revision {known.Revision + 1}" : "is new";
                var foreign = stored.Keys.Except(plans.Select(one => one.Plan.Name)).Order(StringComparer.Ordinal).ToArray();
                string[] archived = invocation.Value(prune) ? [.. foreign.Where(name => stored[name].Unfinished == 0)] : [];
                var count = changes.Length + archived.Length;
                if (count > 0 && !invocation.Value(dry))
                {
                    Confirmation.Ask(
                        invocation, string.Join("; ", changes.Select(one => $"plan {one.Plan.Name} {Kind(one.Plan)}").Concat(archived.Select(name => $"plan {name} is archived")))
                        + ". Rollouts that exist keep their revision.", invocation.Value(yes));
                    foreach (var (_, text, plan) in changes)
                    {
                        await invocation.Api.Plans.Put(plan.Name, text, stop: stop);
                    }

                    foreach (var name in archived)
                    {
                        await invocation.Api.Plans.Archive(name, stop: stop);
                    }
                }

                var answer = JsonSerializer.SerializeToElement(new JsonObject
                {
                    ["compared"] = plans.Count,
                    ["applied"] = !invocation.Value(dry),
                    ["changes"] = new JsonArray(
                    [
                        .. changes.Select(one => (JsonNode)new JsonObject
                        {
                            ["plan"] = one.Plan.Name, ["file"] = one.File, ["change"] = Kind(one.Plan),
                        }),
                    ]),
                    ["archived"] = new JsonArray([.. archived.Select(name => (JsonNode)name)]),
                    ["onlyOnServer"] = new JsonArray([.. foreign.Except(archived).Select(name => (JsonNode)name)]),
                });
                invocation.Printer.One(answer, $"changes/{count}", _ =>
                {
                    foreach (var (file, _, plan) in changes)
                    {
                        invocation.Terminal.Out.WriteLine($"plan {plan.Name} {Kind(plan)} ({file})");
                    }

                    foreach (var name in archived)
                    {
                        invocation.Terminal.Out.WriteLine($"plan {name} is archived");
                    }

                    invocation.Terminal.Out.WriteLine(count == 0 ? $"No changes: {plans.Count} compared."
                        : $"{Waits.Count(count, "change")}; {Waits.Count(plans.Count, "plan")} compared; {(invocation.Value(dry) ? "not applied (--dry-run)." : "applied.")}");
                });
                foreach (var name in foreign.Except(archived))
                {
                    invocation.Say($"Plan {name} is on the server and in no file." + (invocation.Value(prune) ? " It has an unfinished rollout, and stays." : ""));
                }

                return count == 0 ? ExitCode.Success : ExitCode.Changes;
            });
    }

    /// <summary>All plans of the folder; every error of every file at once.</summary>
    private static List<(string File, string Text, Plan Plan)> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw Failure.Invalid($"--dir: {folder} is no folder.");
        }

        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" or ".json" && !Beside(file))
            .Order(StringComparer.Ordinal).Take(MostFiles + 1).ToArray();
        if (files.Length is 0 or > MostFiles)
        {
            throw Failure.Invalid(files.Length == 0 ? $"--dir: {folder} has no plan." : $"--dir: {folder} has more than {MostFiles} files.");
        }

        var errors = new List<string>();
        var plans = new List<(string, string, Plan)>();
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            var source = PlanSource.Of(text);
            var reading = source.Plan();
            errors.AddRange(reading.Errors.Select(error =>
            {
                var (line, column) = source.Place(error);
                return ApplyOptions.Text(file, error with { Line = line, Column = column });
            }));
            if (reading.Plan is { } plan)
            {
                plans.Add((file, text, plan));
            }
        }

        errors.AddRange(plans.GroupBy(one => one.Item3.Name).Where(group => group.Count() > 1)
            .Select(group => $"{string.Join(", ", group.Select(one => one.Item1))}: all are named plan: {group.Key}; a name is a plan's own"));
        return errors.Count == 0 ? plans : throw Failure.Invalid($"{folder} has {Waits.Count(errors.Count, "error")}. Nothing was stored.", errors);
    }

    /// <summary>Scenarios lie beside the plans that they test, and schemas for editors beside both.</summary>
    private static bool Beside(string file) =>
        Path.GetFileNameWithoutExtension(file) is var name
        && (name.EndsWith(".scenarios", StringComparison.Ordinal) || name.EndsWith(".schema", StringComparison.Ordinal));
}
