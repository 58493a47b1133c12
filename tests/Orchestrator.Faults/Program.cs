using System.Diagnostics;
using System.Globalization;
using Orchestrator.Faults.Checking;
using Orchestrator.Faults.Recording;
using Orchestrator.Faults.Running;
using Orchestrator.Faults.Scenarios;
using Orchestrator.Faults.Services;

const string Usage = """
    The fault kit. Real processes, an external recorder, and a checker of what must hold whatever happens.

      list                      what there is
      run <name>... [long]      these scenarios, each on a cluster of its own
      short                     all of the short form, in under 5 minutes
      long                      everything, with the numbers of docs/reliability.md
      upgrade <dll> [long]      a cluster of an older build's Orchestrator.Silo.dll becomes one of this build
      check <file> <seconds>    checks a recording again, with that lease
      service ...               a service with the .NET client, as scenarios start it
    """;

switch (args)
{
    case ["list"]:
        foreach (var scenario in Catalog.All)
        {
            Console.WriteLine($"{scenario.Name,-28} {(scenario.Short ? "short, long" : "long       ")}  {scenario.Says}");
        }

        return 0;
    case ["short"]:
        return await Play(Performance.Of(Catalog.All.Where(scenario => scenario.Short), new Scale(Long: false), together: true));
    case ["long"]:
        return await Play(Performance.Of(Catalog.All, new Scale(Long: true), together: false));
    case ["check", var file, var lease]:
        var entries = await File.ReadAllLinesAsync(file);
        var evidence = new Evidence([.. entries.Select(line => System.Text.Json.JsonSerializer.Deserialize<Entry>(line, Recorder.Json)!)]);
        var bound = TimeSpan.FromSeconds(double.Parse(lease, CultureInfo.InvariantCulture) + 1);
        var checkedAgain = new Judgement(file, Checker.Check(evidence, bound), [], [.. Figures.Of(evidence)], file);
        Console.WriteLine(checkedAgain);
        return checkedAgain.Passed ? 0 : 1;
    case ["service", .. var settings]:
        await RoutingService.Run(settings);
        return 0;
    case ["upgrade", var before, .. var form]:
        return await Play(Performance.Of([new RollingRestart(Path.GetFullPath(before))], new Scale(Long: form is ["long"]), together: false));
    case ["run", .. var names] when names.Length > 0:
        var scale = new Scale(Long: names[^1] == "long");
        var chosen = names.Where(name => name != "long").Select(name => (Name: name, Scenario: Catalog.Find(name))).ToArray();
        if (chosen.FirstOrDefault(one => one.Scenario is null) is { Name: { } unknown })
        {
            Console.Error.WriteLine($"There is no scenario '{unknown}'; `list` shows them.");
            return 2;
        }

        return await Play(Performance.Of(chosen.Select(one => one.Scenario!), scale, together: false));
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

static async Task<int> Play(IReadOnlyList<Performance> performances)
{
    var root = Directory.CreateTempSubdirectory("faults-").FullName;
    var began = Stopwatch.StartNew();
    var failed = new List<string>();
    foreach (var (performance, number) in performances.Select((performance, i) => (performance, i + 1)))
    {
        Console.WriteLine($"[{number}/{performances.Count}] {performance.Name}");
        var judgement = await performance.Play(Path.Combine(root, number.ToString(CultureInfo.InvariantCulture)), Console.Out);
        Console.WriteLine(judgement);
        if (!judgement.Passed)
        {
            failed.Add(performance.Name);
        }
    }

    Console.WriteLine($"{performances.Count - failed.Count} passed, {failed.Count} failed in {began.Elapsed.TotalSeconds:0} s{string.Concat(failed.Select(name => $"; {name}"))}");
    return failed.Count == 0 ? 0 : 1;
}
