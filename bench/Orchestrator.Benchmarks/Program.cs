using System.Globalization;
using Orchestrator.Benchmarks;
using Orchestrator.Benchmarks.Client;
using Orchestrator.Benchmarks.Dashboard;
using Orchestrator.Benchmarks.Fuzz;
using Orchestrator.Benchmarks.History;
using Orchestrator.Benchmarks.Hostile;
using Orchestrator.Benchmarks.Members;
using Orchestrator.Benchmarks.Ofrep;
using Orchestrator.Benchmarks.Peers;
using Orchestrator.Benchmarks.Propagation;
using Orchestrator.Benchmarks.Rollouts;
using Orchestrator.Benchmarks.Route;
using Orchestrator.Benchmarks.Segment;
using Orchestrator.Benchmarks.Signals;
using Orchestrator.Benchmarks.Simulate;
using Orchestrator.Benchmarks.Soak;
using Orchestrator.Benchmarks.Start;
using Orchestrator.Benchmarks.Steady;
using Orchestrator.Benchmarks.Streams;
using Orchestrator.Benchmarks.Verify;

// bench/run.sh [section ...]: each section is measured by itself and replaces its own part of bench/REPORT.md. With BENCH_SHORT=1 the
// sections about HTTP are a short try, which shows that they work and nothing else, and the report stays as it is.
// A section may be followed by whole numbers: seconds of soak, seeds of fuzz, events of history.
List<int> numbers = [];
Dictionary<string, Func<Task<Section>>> sections = new()
{
    ["route"] = () => Task.FromResult(RouteSection.Run()),
    ["segment"] = SegmentSection.RunAsync,
    ["client"] = () => Task.FromResult(ClientSection.Run()),
    ["simulate"] = () => Task.FromResult(SimulateSection.Run()),
    ["signals"] = () => Task.FromResult(SignalsSection.Run()),
    ["start"] = StartSection.RunAsync,
    ["ofrep"] = OfrepSection.RunAsync,
    ["peers"] = PeersSection.RunAsync,
    ["members"] = MembersSection.RunAsync,
    ["steady"] = SteadySection.RunAsync,
    ["streams"] = StreamsSection.RunAsync,
    ["propagation"] = PropagationSection.RunAsync,
    ["rollouts"] = RolloutsSection.RunAsync,
    ["dashboard"] = DashboardSection.RunAsync,
    ["verify"] = VerifySection.RunAsync,
    ["history"] = () => HistorySection.RunAsync(numbers),
    ["retrospective"] = RetrospectiveSection.RunAsync,
    ["hostile"] = HostileSection.RunAsync,
    ["fuzz"] = () => FuzzSection.RunAsync(numbers),
    ["soak"] = () => SoakSection.RunAsync(numbers),
};

// Half an hour of misuse, and a log of a gigabyte, run only by name.
var given = args.Length == 0 ? [.. sections.Keys.Where(name => name is not ("soak" or "history"))] : args;
List<(string Name, List<int> Numbers)> chosen = [];
foreach (var argument in given)
{
    if (chosen.Count > 0 && int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
    {
        chosen[^1].Numbers.Add(number);
    }
    else if (sections.ContainsKey(argument))
    {
        chosen.Add((argument, []));
    }
    else
    {
        Console.Error.WriteLine($"There is no section '{argument}'; there are {string.Join(", ", sections.Keys)}.");
        return 2;
    }
}

var kept = true;
foreach (var (name, of) in chosen)
{
    numbers.Clear();
    numbers.AddRange(of);
    Console.WriteLine($"-- {name}");
    var section = await sections[name]();
    Console.WriteLine(section.Text);
    if (!Repetition.Short)
    {
        Report.Write([.. sections.Keys], name, section);
    }

    kept &= section.Kept;
}

return kept ? 0 : 1;
