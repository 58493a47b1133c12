using Orchestrator.Cli.Output;
using Orchestrator.PlanFiles;

namespace Orchestrator.Cli.Plans;

/// <summary>Checks plans and files of scenarios by the rules of the server.</summary>
internal static class PlanValidation
{
    /// <summary>Checks files, folders and stdin.</summary>
    /// <param name="names">Names; the current folder when there is none.</param>
    /// <param name="format">One of <see cref="FindingReports.Formats"/>.</param>
    /// <param name="strict">True when a warning is an error.</param>
    /// <param name="terminal">Streams.</param>
    public static ExitCode Run(IReadOnlyList<string> names, string format, bool strict, Terminal terminal)
    {
        var inputs = PlanInput.ReadAll(names.Count == 0 ? ["."] : names, terminal.In);
        if (inputs.Count == 0)
        {
            throw new Failure(ExitCode.NotFound, $"There is no plan in {string.Join(", ", names.DefaultIfEmpty("."))}: no YAML or JSON file has the key 'plan'.");
        }

        Finding[] findings = [.. inputs.SelectMany(one => Findings(one))];
        FindingReports.Write(findings, format, terminal.Out);
        var (errors, warnings) = (findings.Count(one => one.IsError), findings.Count(one => !one.IsError));
        terminal.Error.WriteLine($"{Counted(inputs.Count, "file")}: {Counted(errors, "error")}, {Counted(warnings, "warning")}.");
        return errors > 0 || (strict && warnings > 0) ? ExitCode.Invalid : ExitCode.Success;
    }

    /// <summary>Errors and warnings of a file.</summary>
    public static IEnumerable<Finding> Findings(PlanInput one)
    {
        if (!one.Source.IsScenarios)
        {
            var reading = one.Source.Plan();
            return reading.Errors.Select(found => Finding.Of(one, found))
                .Concat(reading.Warnings.Select(found => Finding.Of(one, found, isError: false)))
                .OrderBy(found => found.Line).ThenBy(found => found.Column);
        }

        var path = one.PlanOfScenarios();
        if (!File.Exists(path))
        {
            return [new Finding(one.Name, 1, 1, "plan", true, $"the plan {path} does not exist")];
        }

        return PlanInput.Read(path, TextReader.Null).Source.Plan().Plan is { } plan
            ? one.Source.Scenarios(plan).Errors.Select(found => Finding.Of(one, found))
            : [new Finding(one.Name, 1, 1, "plan", true, $"the plan {path} has errors, so its scenarios are not checked")];
    }

    /// <summary>The plan of a file; fails with all errors when it has any.</summary>
    public static Domain.Plans.Plan Plan(PlanInput one)
    {
        var reading = one.Source.Plan();
        return reading.Plan ?? throw Failure.Invalid($"{one.Name} is no valid plan.",
            [.. reading.Errors.Select(found => Finding.Of(one, found)).Select(found => $"{found.File}:{found.Line}:{found.Column}: {found.Told}")]);
    }

    internal static string Counted(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
