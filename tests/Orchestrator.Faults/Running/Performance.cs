using Orchestrator.Faults.Checking;
using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;

namespace Orchestrator.Faults.Running;

/// <summary>Scenarios played one after the other on one cluster, with one recording that is checked at the end.</summary>
internal sealed record Performance(Layout Layout, IReadOnlyList<Scenario> Scenarios, Scale Scale)
{
    public string Name => string.Join('+', Scenarios.Select(scenario => scenario.Name));

    /// <summary>All scenarios, grouped by layout where requested.</summary>
    public static IReadOnlyList<Performance> Of(IEnumerable<Scenario> scenarios, Scale scale, bool together) => together
        ? [.. scenarios.GroupBy(scenario => scenario.Layout(scale)).Select(same => new Performance(same.Key, [.. same], scale))]
        : [.. scenarios.Select(scenario => new Performance(scenario.Layout(scale), [scenario], scale))];

    /// <param name="folder">Folder of the recording and of the nodes' output.</param>
    /// <param name="narration">Output of the events as they happen.</param>
    public async Task<Judgement> Play(string folder, TextWriter narration)
    {
        var (outcome, file) = (new Outcome(), Path.Combine(folder, "recording.ndjson"));
        IReadOnlyList<Finding> findings = [];
        IReadOnlyList<string> figures = [];
        try
        {
            await using var stage = await Stage.Set(Layout, folder, narration);
            foreach (var scenario in Scenarios)
            {
                stage.Recorder.Say($"{scenario.Name}: {scenario.Says}");
                try
                {
                    await scenario.Play(stage, Scale, outcome);
                }
                catch (ScenarioFailedException e)
                {
                    outcome.Fail($"{scenario.Name}: {e.Message}");
                    stage.Recorder.Say($"FAILED: {e.Message}");
                    break;
                }
            }

            var evidence = await stage.Finish();
            (findings, figures) = (Checker.Check(evidence, Layout.Bound), [.. Figures.Of(evidence)]);
        }
        catch (Exception e) when (e is ScenarioFailedException or NotPossibleHereException or InvalidOperationException)
        {
            outcome.Fail(e.Message);
        }

        return new Judgement(Name, findings, outcome.Failures, [.. outcome.Figures, .. figures], file);
    }
}

/// <summary>Report of a performance.</summary>
/// <param name="Recording">File of all observations.</param>
internal sealed record Judgement(
    string Name, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Failures, IReadOnlyList<string> Figures, string Recording)
{
    /// <summary>Nothing checked is nothing proved.</summary>
    public bool Passed => Failures.Count == 0 && Findings.Count > 0 && Findings.All(finding => finding.Clean);

    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            .. Findings.Select(finding => $"  {(finding.Clean ? finding.Cases == 0 ? "  -   " : "holds " : "BROKEN")} {finding.Invariant} ({finding.Cases} cases)"),
            .. Findings.SelectMany(finding => finding.Violations.Select(violation => $"    ! {violation}")),
            .. Figures.Select(figure => $"  figure {figure}"),
            .. Failures.Select(failure => $"  FAILED {failure}"),
            $"  {(Passed ? "passed" : "FAILED")}: {Name}; recording {Recording}",
        ]);
}
