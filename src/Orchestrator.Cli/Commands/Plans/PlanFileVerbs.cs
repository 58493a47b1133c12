using System.CommandLine;
using System.Globalization;
using Orchestrator.Cli.Plans;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Plans;

/// <summary>Plans in files: all but a comparison with a server need none.</summary>
internal static class PlanFileVerbs
{
    public static IEnumerable<Command> All() => [Init(), Validate(), Schema(), Fmt(), Explain(), PlanDiff.Verb(), Simulate(), Test()];

    private static Verb Init()
    {
        var path = new Argument<string?>("file") { Description = "File to write. Default: the name of the plan, with .yaml", Arity = ArgumentArity.ZeroOrOne };
        var yes = new Option<bool>("--yes", "-y") { Description = "Ask nothing and take the default of every question" };
        return new Verb("init", "Ask five questions and write a plan with comments. Never overwrites a file", "rollout plan init", "rollout plan init plans/checkout.yaml --yes")
            .With(path, yes).Does(invocation => PlanStart.Run(
                invocation.Parsed.GetValue(path), invocation.Value(yes), invocation.Terminal));
    }

    private static Verb Validate()
    {
        var paths = Paths("Plans, files of scenarios, folders, or - for stdin. Default: the current folder");
        var format = Format(FindingReports.Formats, "text: file:line:column: message; json; sarif: 2.1.0; github: annotations of a workflow");
        var strict = new Option<bool>("--strict") { Description = "A warning is an error" };
        return new Verb(
            "validate", "Check plans and files of scenarios by the rules of the server; exit code 3 when one has errors",
            "rollout plan validate plans", "rollout plan validate plans --format sarif > plans.sarif", "rollout plan validate -")
            .With(paths, format, strict).Does(invocation => PlanValidation.Run(
                invocation.Parsed.GetValue(paths) ?? [], invocation.Value(format)!, invocation.Value(strict), invocation.Terminal));
    }

    private static Verb Schema()
    {
        var scenarios = new Option<bool>("--scenarios") { Description = "The schema of files of scenarios" };
        return new Verb(
            "schema", "Write the JSON Schema of plans, for editors", "rollout plan schema > plan.schema.json", "rollout plan schema --scenarios > scenarios.schema.json")
            .With(scenarios).Does(invocation =>
            {
                invocation.Terminal.Out.Write(invocation.Value(scenarios) ? PlanSchemas.Scenarios : PlanSchemas.Plan);
                return ExitCode.Success;
            });
    }

    private static Verb Fmt()
    {
        var paths = Paths("Plans, files of scenarios, folders, or - for stdin. Default: the current folder");
        var check = new Option<bool>("--check") { Description = "Write nothing; exit code 1 when a file has another layout" };
        return new Verb("fmt", "Write plans in their canonical layout. Comments stay", "rollout plan fmt plans", "rollout plan fmt plans --check")
            .With(paths, check).Does(invocation => PlanLayout.Run(
                invocation.Parsed.GetValue(paths) ?? [], invocation.Value(check), invocation.Terminal));
    }

    private static Verb Explain()
    {
        var path = new Argument<string>("plan") { Description = "The plan: a file, git:REVISION:PATH, or - for stdin" };
        var start = new Option<string?>("--start") { Description = "Start for the earliest dates: an RFC 3339 time such as 2026-12-14T09:00:00Z", HelpName = "time" };
        var format = Format(PlanTelling.Formats, "text, markdown or json");
        return new Verb(
            "explain", "Tell a plan in sentences: its steps, what each needs, and what takes users back",
            "rollout plan explain plans/checkout.yaml", "rollout plan explain plans/checkout.yaml --start 2026-12-14T09:00:00Z --format markdown")
            .With(path, start, format).Does(invocation => PlanTelling.Run(
                PlanValidation.Plan(PlanSide.Input(invocation, invocation.Value(path))), Instant(invocation.Value(start)),
                invocation.Value(format)!, invocation.Terminal.Out));
    }

    private static Verb Simulate()
    {
        var path = new Argument<string>("plan") { Description = "The plan: a file, or - for stdin" };
        var file = new Option<string?>("--scenario") { Description = "File of scenarios. Default: PLAN.scenarios.yaml beside the plan; without one, fair weather", HelpName = "file" };
        var name = new Option<string?>("--name") { Description = "Scenario of that file, when it has several", HelpName = "name" };
        var seed = new Option<long?>("--seed") { Description = "Seed of the noise, in place of the scenario's", HelpName = "number" };
        var format = Format(ScenarioRuns.SimulationFormats, "text or json");
        return new Verb(
            "simulate", "Run a plan through a scenario and tell all that happens, without a server",
            "rollout plan simulate plans/checkout.yaml", "rollout plan simulate samples/plans/chat-architecture.yaml --name latency-collapse")
            .With(path, file, name, seed, format).Does((invocation, stop) => Task.FromResult(ScenarioRuns.Simulate(
                invocation.Value(path), invocation.Value(file), invocation.Value(name), invocation.Value(seed), invocation.Value(format)!,
                invocation.Terminal, stop)));
    }

    private static Verb Test()
    {
        var paths = Paths("Files of scenarios, plans with one beside them, or folders. Default: the current folder");
        var name = new Option<string?>("--name") { Description = "Run scenarios with this text in their name only", HelpName = "text" };
        var format = Format(ScenarioRuns.TestFormats, "text, json, github (annotations of a workflow) or junit");
        return new Verb(
            "test", "Run the scenarios of plans and compare with their expected outcomes; exit code 1 when one fails",
            "rollout plan test plans", "rollout plan test plans/checkout.scenarios.yaml --name spike", "rollout plan test plans --format junit > plans.xml")
            .With(paths, name, format).Does((invocation, stop) => Task.FromResult(ScenarioRuns.Test(
                invocation.Parsed.GetValue(paths) ?? [], invocation.Value(name), invocation.Value(format)!, invocation.Terminal, stop)));
    }

    private const DateTimeStyles Utc = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;

    private static Argument<string[]> Paths(string description) => new("paths") { Description = description, Arity = ArgumentArity.ZeroOrMore };

    internal static Option<string> Format(string[] formats, string description)
    {
        var option = new Option<string>("--format") { Description = description, HelpName = "form", DefaultValueFactory = _ => formats[0] };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }

    private static DateTimeOffset? Instant(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var at) ? at
        : throw Failure.Invalid($"--start is \"{text}\"; it must be an RFC 3339 time such as 2026-12-14T09:00:00Z.");
}
