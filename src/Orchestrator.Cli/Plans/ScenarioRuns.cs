using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Scenarios;

namespace Orchestrator.Cli.Plans;

/// <summary>Runs scenarios: as tests of a plan, or one of them to be watched.</summary>
internal static class ScenarioRuns
{
    /// <summary>Forms of <c>--format</c> of tests.</summary>
    public static readonly string[] TestFormats = ["text", "json", "github", "junit"];

    /// <summary>Forms of <c>--format</c> of a simulation.</summary>
    public static readonly string[] SimulationFormats = ["text", "json"];

    /// <summary>Requests per second of a simulation without scenarios.</summary>
    private const double PlainTraffic = 1000;

    /// <summary>Tests plans by their files of scenarios.</summary>
    /// <param name="names">Files of scenarios, plans with such a file beside them, or folders; the current folder when there is none.</param>
    /// <param name="only">Part of the names of scenarios to run; null for all.</param>
    /// <param name="format">One of <see cref="TestFormats"/>.</param>
    /// <param name="terminal">Streams.</param>
    /// <param name="stop">Interrupts it.</param>
    public static ExitCode Test(
        IReadOnlyList<string> names, string? only, string format, Terminal terminal, CancellationToken stop)
    {
        var results = new List<TestResult>();
        foreach (var (file, plan, scenarios) in Files(names, terminal.In))
        {
            foreach (var scenario in scenarios.Where(one => only is null || one.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
            {
                var began = Stopwatch.GetTimestamp();
                var run = ScenarioRunner.Of(plan, scenario, () => stop.IsCancellationRequested)
                    ?? throw new OperationCanceledException(stop);
                var result = new TestResult(file, run, [.. ScenarioVerdict.Of(run)], Stopwatch.GetElapsedTime(began));
                results.Add(result);
                if (format == "text")
                {
                    Tell(result, terminal.Out);
                }
            }
        }

        if (results.Count == 0)
        {
            throw new Failure(ExitCode.NotFound, only is null
                ? $"There are no scenarios in {string.Join(", ", names.DefaultIfEmpty("."))}; docs/scenarios.md describes how to write some."
                : $"No scenario has \"{only}\" in its name.");
        }

        switch (format)
        {
            case "json":
                terminal.Out.WriteLine(Json.Write(new JsonArray([.. results.Select(one => Object(one, events: false))])));
                break;
            case "github":
                FindingReports.Write([.. results.SelectMany(Findings)], format, terminal.Out);
                break;
            case "junit":
                JUnit.Write(results, terminal.Out);
                break;
        }

        var failed = results.Count(one => !one.Passed);
        var empty = results.Count(one => one.Run.Scenario.Expect.IsEmpty);
        terminal.Error.WriteLine(
            $"{PlanValidation.Counted(results.Count, "scenario")}: {results.Count - failed} passed, {failed} failed"
            + (empty > 0 ? $", {empty} without an expected outcome." : "."));
        return failed > 0 ? ExitCode.Failed : ExitCode.Success;
    }

    /// <summary>Simulates a plan, and tells all that happens.</summary>
    /// <param name="name">The plan, or a file of scenarios.</param>
    /// <param name="file">File of scenarios; null for the one beside the plan.</param>
    /// <param name="only">Name of the scenario; null when there is one alone.</param>
    /// <param name="seed">Seed in place of the scenario's own; null for that.</param>
    /// <param name="format">One of <see cref="SimulationFormats"/>.</param>
    /// <param name="terminal">Streams.</param>
    /// <param name="stop">Interrupts it.</param>
    public static ExitCode Simulate(
        string name, string? file, string? only, long? seed, string format, Terminal terminal, CancellationToken stop)
    {
        var plan = PlanValidation.Plan(PlanInput.Read(name, terminal.In));
        var beside = file ?? PlanInput.ScenariosOf(name);
        if (file is null && (name == PlanInput.StandardInput || !File.Exists(beside)) && only is not null)
        {
            throw new Failure(ExitCode.NotFound, $"{beside} does not exist, so there is no scenario {only}.");
        }

        var without = file is null && (name == PlanInput.StandardInput || !File.Exists(beside));
        var scenario = without ? Calm(plan, terminal.Error) : Chosen(plan, beside, only);
        scenario = seed is { } number ? scenario with { Seed = number } : scenario;
        var run = ScenarioRunner.Of(plan, scenario, () => stop.IsCancellationRequested)
            ?? throw new OperationCanceledException(stop);
        var mismatches = ScenarioVerdict.Of(run);
        if (format == "json")
        {
            terminal.Out.WriteLine(Json.Write(Object(new TestResult(beside, run, [.. mismatches], TimeSpan.Zero), events: true)));
        }
        else
        {
            foreach (var one in run.Events)
            {
                terminal.Out.WriteLine($"{ScenarioRun.Offset(one.At - scenario.Start),8}  {one.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {Plain.Line(one.Text)}");
            }

            terminal.Out.WriteLine();
            terminal.Out.WriteLine(
                $"After {Durations.Rounded(scenario.Length)}: {ScenarioWords.Status(run.State.Status)}, step {run.State.Step?.Name ?? "none"}, "
                + $"{ScenarioRun.OnNew(run.State)} of users on new.");
            foreach (var wait in Waiting.For(run.State, run.End, run.Newest))
            {
                terminal.Out.WriteLine($"Waits: {Plain.Line(wait.Text)}");
            }

            foreach (var mismatch in mismatches)
            {
                Tell(mismatch, beside, terminal.Out);
            }
        }

        return mismatches.IsEmpty ? ExitCode.Success : ExitCode.Failed;
    }

    /// <summary>Files of scenarios with their plans, read and checked.</summary>
    private static IEnumerable<(string File, Plan Plan, IReadOnlyList<Scenario> Scenarios)> Files(
        IReadOnlyList<string> names, TextReader input)
    {
        var read = names.Count == 0 ? ["."] : names;
        var all = new List<PlanInput>();
        foreach (var name in read)
        {
            foreach (var one in PlanInput.ReadAll([name], input))
            {
                if (one.Source.IsScenarios)
                {
                    all.Add(one);
                }
                else if (!Directory.Exists(name))
                {
                    all.Add(PlanInput.Read(PlanInput.ScenariosOf(name), input));
                }
            }
        }

        foreach (var one in all)
        {
            var (plan, scenarios) = Scenarios(one, null);
            yield return (one.Name, plan, scenarios);
        }
    }

    private static (Plan Plan, IReadOnlyList<Scenario> Scenarios) Scenarios(PlanInput file, Plan? plan)
    {
        plan ??= PlanValidation.Plan(PlanInput.Read(file.PlanOfScenarios(), TextReader.Null));
        var reading = file.Source.Scenarios(plan);
        return reading.Errors.IsEmpty ? (plan, reading.Scenarios)
            : throw Failure.Invalid($"{file.Name} has errors.", [.. reading.Errors.Select(found => Finding.Of(file, found)).Select(found => $"{found.File}:{found.Line}:{found.Column}: {found.Told}")]);
    }

    private static Scenario Chosen(Plan plan, string file, string? only)
    {
        var (_, scenarios) = Scenarios(PlanInput.Read(file, TextReader.Null), plan);
        var names = string.Join(", ", scenarios.Select(one => one.Name));
        return only is null
            ? scenarios is [var alone] ? alone : throw Failure.Invalid($"{file} has {scenarios.Count} scenarios; choose one with --name: {names}")
            : scenarios.FirstOrDefault(one => one.Name == only) ?? throw new Failure(ExitCode.NotFound, $"{file} has no scenario {only}; it has: {names}");
    }

    /// <summary>Fair weather for a plan without scenarios. What the plan has no number for is not measured; events say so.</summary>
    private static Scenario Calm(Plan plan, TextWriter error)
    {
        var (scenario, unmeasured) = CalmScenario.Of(plan, PlainTraffic);
        error.WriteLine(
            $"No scenarios: {PlainTraffic.ToString(CultureInfo.InvariantCulture)} requests per second, each metric at its fixed baseline, each segment has 1% of users or less, people agree at once."
            + (unmeasured.IsEmpty ? "" : $" Without a fixed baseline, and so without a measurement: {string.Join(", ", unmeasured)}."));
        return scenario;
    }

    private static void Tell(TestResult result, TextWriter output)
    {
        var scenario = result.Run.Scenario;
        output.WriteLine($"{(result.Passed ? "ok  " : "FAIL")} {scenario.Name}{(scenario.Title is { } title ? $": {Plain.Line(title)}" : "")} ({result.Took.TotalMilliseconds:0} ms for {Durations.Rounded(scenario.Length)})");
        foreach (var mismatch in result.Mismatches)
        {
            Tell(mismatch, result.File, output);
        }
    }

    private static void Tell(Mismatch mismatch, string file, TextWriter output)
    {
        output.WriteLine($"     {file}:{mismatch.Line}");
        output.WriteLine($"       expected  {Plain.Line(mismatch.Expected)}");
        output.WriteLine($"       happened  {Plain.Line(mismatch.Happened)}");
        if (mismatch.Verdict is { } verdict)
        {
            output.WriteLine($"       verdict   {Plain.Line(verdict)}");
        }
    }

    private static IEnumerable<Finding> Findings(TestResult result) => result.Mismatches.Select(mismatch => new Finding(
        result.File, Math.Max(1, mismatch.Line), 1, result.Run.Scenario.Name, true,
        $"expected {mismatch.Expected}; happened: {mismatch.Happened}{(mismatch.Verdict is { } verdict ? $". {verdict}" : "")}"));

    private static JsonObject Object(TestResult result, bool events)
    {
        var (run, scenario) = (result.Run, result.Run.Scenario);
        var all = new JsonObject
        {
            ["file"] = result.File,
            ["scenario"] = scenario.Name,
            ["seed"] = scenario.Seed,
            ["passed"] = result.Passed,
            ["status"] = ScenarioWords.Status(run.State.Status),
            ["step"] = run.State.Step?.Name,
            ["percentage"] = ScenarioRun.OnNew(run.State).Percent,
            ["mismatches"] = new JsonArray([.. result.Mismatches.Select(mismatch => new JsonObject
            {
                ["line"] = mismatch.Line,
                ["expected"] = mismatch.Expected,
                ["happened"] = mismatch.Happened,
                ["verdict"] = mismatch.Verdict,
            })]),
        };
        if (events)
        {
            all["events"] = new JsonArray([.. run.Events.Select(one => new JsonObject
            {
                ["at"] = one.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture),
                ["event"] = one.Event.GetType().Name,
                ["text"] = one.Text,
                ["percentage"] = ScenarioRun.OnNew(one.After).Percent,
            })]);
        }

        return all;
    }
}

/// <summary>A scenario that ran.</summary>
/// <param name="File">Its file.</param>
/// <param name="Run">The run.</param>
/// <param name="Mismatches">Expectations that did not come true.</param>
/// <param name="Took">Time on this machine.</param>
internal sealed record TestResult(string File, ScenarioRun Run, IReadOnlyList<Mismatch> Mismatches, TimeSpan Took)
{
    public bool Passed => Mismatches.Count == 0;
}
