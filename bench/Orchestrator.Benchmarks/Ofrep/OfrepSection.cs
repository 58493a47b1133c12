using System.Globalization;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Ofrep;

/// <summary>What one evaluation over HTTP costs, beside the least that Kestrel does, turn by turn in one run.</summary>
internal static class OfrepSection
{
    private const double MostTimesBare = 1.3;
    private const int Rounds = 5;
    private const int Seconds = 8;
    private const int WarmUpSeconds = 10;
    private const int ServerCore = 0;
    private const int LoadCore = 1;
    private const string Flag = "newCheckout";

    private const string Plan = """
        plan: checkout
        title: New checkout
        flag: newCheckout
        segments:
          beta: { title: Beta users, any: [ { attribute: internal, equals: true }, { attribute: group, equals: beta } ] }
        phases:
          - name: gradual
            steps: [ { name: s25, percentage: 25%, segments: [beta], hold: 1w } ]
        """;

    public static async Task<Section> RunAsync()
    {
        using var folder = new Folder();
        var (silo, _) = await BenchSilo.Start(folder.Path, ServerCore);
        await using var running = silo;
        await silo.PutPlan("checkout", Plan);
        await silo.Create("checkout-1", "checkout", "production");
        await silo.Do("checkout-1", "start");
        await using var bare = ServerProcess.Start(Repository.Baseline, ServerCore);
        await bare.Ready("");

        foreach (var server in new[] { silo.Server, bare })
        {
            // Twice: the second half runs what the first half made the runtime compile again.
            await OfrepLoad.Of(server, Flag, LoadCore, WarmUpSeconds / 2);
            await OfrepLoad.Of(server, Flag, LoadCore, WarmUpSeconds / 2);
        }

        var (ours, theirs) = (new List<OfrepLoad>(), new List<OfrepLoad>());
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await OfrepLoad.Of(silo.Server, Flag, LoadCore, Seconds));
            theirs.Add(await OfrepLoad.Of(bare, Flag, LoadCore, Seconds));
        }

        var errors = ours.Concat(theirs).Sum(load => load.Errors);
        var ratio = Cpu(ours).Median() / Cpu(theirs).Median();
        return Section.Of(
            "OFREP over HTTP",
            $"One flag at 25 % with a segment rule, 4,096 users, the whole silo (grains, rounds and log in the same process), beside bare Kestrel (`bench/OfrepBaseline`: "
            + $"no body read, fixed 200 bytes). Both servers on core {ServerCore}, `wrk` with 32 connections on core {LoadCore}, {Rounds} rounds of {Seconds} s in turns; medians (lowest to highest).",
            Row.AtMost("CPU of a request, times bare Kestrel", ratio, MostTimesBare, "", "0.00"),
            new Row("silo: CPU seconds per 100,000 requests", Spread(Cpu(ours), "0.00")),
            new Row("bare: CPU seconds per 100,000 requests", Spread(Cpu(theirs), "0.00")),
            new Row("silo: requests a second", Spread(ours.Select(load => load.PerSecond), "0")),
            new Row("bare: requests a second", Spread(theirs.Select(load => load.PerSecond), "0")),
            new Row("silo: p99 of the latency under that load, µs", Spread(ours.Select(load => load.P99Micros), "0")),
            new Row("errors", errors.ToString(CultureInfo.InvariantCulture), "none", errors == 0));
    }

    private static double[] Cpu(List<OfrepLoad> loads) => [.. loads.Select(load => load.CpuPer100K)];

    private static string Spread(IEnumerable<double> numbers, string format)
    {
        var all = numbers.ToArray();
        return $"{Text(all.Median())} ({Text(all.Min())} to {Text(all.Max())})";

        string Text(double number) => number.ToString(format, CultureInfo.InvariantCulture);
    }
}
