using System.Globalization;
using Orchestrator.Benchmarks.Ofrep;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Peers;

/// <summary>Cost of an answer here and at servers of the same kind, in turns of one run.</summary>
internal static class PeersSection
{
    private const int Flags = 50;
    private const int ServerCore = 0;
    private const int LoadCore = 1;
    private const double LeastTimesServer = 15;
    private const double LeastTimesProxy = 8;
    private static readonly Repetition Full = new(3, 6, 6);

    public static async Task<Section> RunAsync()
    {
        var (rounds, seconds, warmUp) = Full.OrShort;
        using var folder = new Folder();
        await using var silo = await Silo(folder);
        await using var flagd = ServerProcess.Node(
            Repository.Peer("flagd.mjs"), ServerCore, new() { ["NODE_ENV"] = "production", ["FLAGS"] = Flags.ToString(CultureInfo.InvariantCulture) });
        await flagd.Ready("");
        await using var unleash = await Unleash.Start(ServerCore);

        const string Frontend = "bench/peers/frontend.lua";
        var (atServer, atProxy) = (
            new Dictionary<string, string> { ["AT"] = "/api/frontend", ["KEY"] = Unleash.FrontendToken },
            new Dictionary<string, string> { ["AT"] = "/proxy", ["KEY"] = Unleash.ProxyKey });
        Turn Ofrep(string name, ServerProcess server, string flag) =>
            new(name, span => OfrepLoad.Of(server, new Asked(flag), LoadCore, span));
        Turn Unleashed(string name, ServerProcess server, Dictionary<string, string> how) =>
            new(name, span => OfrepLoad.By(Frontend, how, server, LoadCore, span));
        Turn[] Turns(string flag) =>
        [
            Ofrep("silo", silo.Server, flag), Ofrep("flagd-core in bare Node", flagd, flag),
            Unleashed("Unleash server", unleash.Server, atServer), Unleashed("Unleash Proxy", unleash.Proxy, atProxy),
        ];

        await unleash.AddFlags(Names().Take(1));
        await unleash.Answers(1);
        var single = await Compared.Of(Turns("flag-0"), rounds, seconds, warmUp);
        await unleash.AddFlags(Names().Skip(1));
        await unleash.Answers(Flags);
        var bulk = await Compared.Of(Turns(""), rounds, seconds, warmUp);

        return Section.Of(
            "Beside other servers",
            $"The silo's OFREP beside `unleash-server` 7.5.1 (its frontend API, answered from memory; its PostgreSQL is not counted), `@unleash/proxy` 1.4.19 and `@openfeature/flagd-core` 4.0.1 in bare "
            + $"`node:http` (bench/peers; Node as installed). Flags at 25 %, on for a group and for internal users, 4,096 users. Unleash answers all flags at once and only those that are on, so "
            + $"*single* is Unleash with one flag, *bulk* {Flags} flags everywhere. One server after the other on core {ServerCore}, `wrk` with 32 connections on core {LoadCore}, "
            + $"{rounds} rounds of {seconds} s in turns; CPU seconds of the server process for 100,000 requests, medians (lowest to highest), and of the ratios within a round. "
            + "Errors are answers from 400 on, time-outs and broken connections; with errors a ratio means nothing.",
            [
                Row.AtLeast("single: CPU of a request, Unleash server / silo", single.Times("Unleash server"), LeastTimesServer, "", "0.0"),
                Row.AtLeast("single: Unleash Proxy / silo", single.Times("Unleash Proxy"), LeastTimesProxy, "", "0.0"),
                Row.Figure("single: flagd-core in bare Node / silo", single.Times("flagd-core in bare Node"), "", "0.0"),
                Row.Figure($"bulk: Unleash server / silo", bulk.Times("Unleash server"), "", "0.0"),
                Row.Figure($"bulk: Unleash Proxy / silo", bulk.Times("Unleash Proxy"), "", "0.0"),
                Row.AtLeast($"bulk: flagd-core in bare Node / silo", bulk.Times("flagd-core in bare Node"), 1, "", "0.0"),
                .. single.Rows("single"),
                .. bulk.Rows("bulk"),
                .. single.Errors("single"),
                .. bulk.Errors("bulk"),
            ]);
    }

    private static IEnumerable<string> Names() => Enumerable.Range(0, Flags).Select(i => $"flag-{i}");

    /// <summary>A silo with one running rollout for each flag.</summary>
    private static async Task<BenchSilo> Silo(Folder folder)
    {
        var (silo, _) = await BenchSilo.Start(folder.Path, ServerCore);
        foreach (var flag in Names())
        {
            await silo.PutPlan(flag, $$"""
                plan: {{flag}}
                flag: {{flag}}
                segments:
                  beta: { any: [ { attribute: internal, equals: true }, { attribute: group, equals: beta } ] }
                phases:
                  - name: gradual
                    steps: [ { name: s25, percentage: 25%, segments: [beta], hold: 1w } ]
                """);
            await silo.Create($"{flag}-1", flag, "production");
            await silo.Do($"{flag}-1", "start");
        }

        return silo;
    }
}
