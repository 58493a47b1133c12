using System.Globalization;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Ofrep;

/// <summary>Cost of one evaluation over HTTP, against the minimum work of Kestrel, in turns of one run.</summary>
internal static class OfrepSection
{
    private const double MostTimesBare = 1.1;

    /// <summary>Limit for 50 flags: the cost of flagd-core in bare Node, measured before.</summary>
    private const double MostTimesBareForAll = 4.4;

    /// <summary>Limit for "the same", with noise.</summary>
    private const double MostTimesSingle = 1.1;

    private const int Flags = 50;
    private const int Rounds = 15;
    private const int Seconds = 3;
    private const int WarmUpSeconds = 10;
    private const int ServerCore = 0;
    private const int LoadCore = 1;

    public static async Task<Section> RunAsync()
    {
        using var folder = new Folder();
        var (silo, _) = await BenchSilo.Start(folder.Path, ServerCore);
        await using var running = silo;
        for (var flag = 0; flag < Flags; flag++)
        {
            await silo.PutPlan($"checkout-{flag}", Plan(flag));
            await silo.Create($"checkout-{flag}", $"checkout-{flag}", "production");
            await silo.Do($"checkout-{flag}", "start");
        }

        await using var bare = ServerProcess.Start(Repository.Baseline, ServerCore);
        await bare.Ready("");
        var single = new Asked("newCheckout-0");
        (string Name, ServerProcess Server, Asked Asked, List<OfrepLoad> Loads)[] turns =
        [
            ("one flag", silo.Server, single, []),
            ($"all {Flags} flags", silo.Server, new Asked(""), []),
            ("all flags, 304", silo.Server, await Asked.Again(silo.Server), []),
            ("bare Kestrel", bare, single, []),
        ];
        foreach (var turn in turns)
        {
            // Twice: the second half runs what the first half made the runtime compile again.
            await OfrepLoad.Of(turn.Server, turn.Asked, LoadCore, WarmUpSeconds / 2);
            await OfrepLoad.Of(turn.Server, turn.Asked, LoadCore, WarmUpSeconds / 2);
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var turn in turns)
            {
                turn.Loads.Add(await OfrepLoad.Of(turn.Server, turn.Asked, LoadCore, Seconds));
            }
        }

        var (one, all, known, least) = (Cpu(turns[0].Loads), Cpu(turns[1].Loads), Cpu(turns[2].Loads), Cpu(turns[3].Loads));
        var errors = turns.SelectMany(turn => turn.Loads).Sum(load => load.Errors);
        return Section.Of(
            "OFREP over HTTP",
            $"{Flags} flags, each at 25 % with a segment rule, 4,096 users (304: one user, who has the answer), the whole silo (grains, rounds and log in the same process), beside bare Kestrel "
            + $"(`bench/OfrepBaseline`: no body read, fixed 200 bytes). Both servers on core {ServerCore}, `wrk` with 32 connections on core {LoadCore}, {Rounds} rounds of {Seconds} s in turns; medians (lowest to highest), and of the ratios within a round, because what the neighbours do changes slower than that.",
            [
                Row.AtMost("one flag: CPU of a request, times bare Kestrel", Times(one, least), MostTimesBare, "", "0.00"),
                Row.AtMost($"all {Flags} flags: CPU of a request, times bare Kestrel", Times(all, least), MostTimesBareForAll, "", "0.00"),
                Row.AtMost("all flags, 304: CPU of a request, times one flag", Times(known, one), MostTimesSingle, "", "0.00"),
                .. turns.SelectMany(turn => (Row[])
                [
                    new Row($"{turn.Name}: CPU seconds per 100,000 requests", Spread(Cpu(turn.Loads), "0.00")),
                    new Row($"{turn.Name}: requests a second", Spread(turn.Loads.Select(load => load.PerSecond), "0")),
                ]),
                new Row("one flag: p99 of the latency under that load, µs", Spread(turns[0].Loads.Select(load => load.P99Micros), "0")),
                new Row("errors", errors.ToString(CultureInfo.InvariantCulture), "none", errors == 0),
            ]);
    }

    private static string Plan(int flag) => $$"""
        plan: checkout-{{flag}}
        title: New checkout
        flag: newCheckout-{{flag}}
        segments:
          beta: { title: Beta users, any: [ { attribute: internal, equals: true }, { attribute: group, equals: beta } ] }
        phases:
          - name: gradual
            steps: [ { name: s25, percentage: 25%, segments: [beta], hold: 1w } ]
        """;

    private static double[] Cpu(List<OfrepLoad> loads) => [.. loads.Select(load => load.CpuPer100K)];

    /// <summary>The median of the ratios of the same round.</summary>
    private static double Times(double[] these, double[] those) => these.Zip(those, (one, other) => one / other).ToArray().Median();

    private static string Spread(IEnumerable<double> numbers, string format)
    {
        var all = numbers.ToArray();
        return $"{Text(all.Median())} ({Text(all.Min())} to {Text(all.Max())})";

        string Text(double number) => number.ToString(format, CultureInfo.InvariantCulture);
    }
}
