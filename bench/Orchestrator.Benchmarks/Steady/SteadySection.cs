using System.Globalization;
using System.Text;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Steady;

/// <summary>Ten minutes of the same load on a silo with many rollouts of many rules: latency and growth of memory.</summary>
internal static class SteadySection
{
    private const int Rollouts = 200;
    private const int Rules = 100;
    private const int Users = 4096;
    private const int Rate = 2000;
    private const int Connections = 32;
    private const int ServerCore = 0;
    private const int LoadFrom = 1;
    private const double MostMedian = 1;
    private const double MostP99 = 10;

    /// <summary>
    /// Tolerance of growth: a tenth, the difference between two collections of the same heap, and 16 MB, about the allocations between two
    /// of them. Over ten minutes at 2,000/s this is 25 bytes a request: one forgotten object for each would be found.
    /// </summary>
    private const double MostGrowth = 1.10;

    private const double MostMegabytesMore = 16;

    public static async Task<Section> RunAsync()
    {
        var (warmUp, seconds, window) = Repetition.Short ? (10, 15, 5) : (60, 600, 60);
        using var folder = new Folder();
        var (silo, _) = await BenchSilo.Start(folder.Path, ServerCore);
        await using var running = silo;
        for (var i = 0; i < Rollouts; i++)
        {
            await silo.PutPlan($"plan-{i}", Plan(i));
            await silo.Create($"rollout-{i}", $"plan-{i}", "production");
            await silo.Do($"rollout-{i}", "start");
        }

        var requests = Enumerable.Range(0, Rollouts * Users / 8).Select(Request).ToArray();
        using var core = LoadCore.Of(LoadFrom);
        var bare = await Bare(requests, warmUp / 2);
        var warm = await OpenLoop.Run(silo.Server.Address, requests, Connections, Rate, warmUp);
        var cpu = silo.Server.CpuSeconds;
        var load = OpenLoop.Run(silo.Server.Address, requests, Connections, Rate, seconds);
        var memory = await Memory.Watch(silo, load, TimeSpan.FromSeconds(Repetition.Short ? 1 : 5));
        cpu = silo.Server.CpuSeconds - cpu;
        var measured = await load;
        var (besides, abuse) = await Abused(silo.Server.Address, requests, window);

        var (before, after) = (memory.Between(0, window), memory.Between(seconds - window, seconds));
        var latencies = Milliseconds(measured.Latencies);
        var errors = warm.Errors + measured.Errors + besides.Errors;
        return Section.Of(
            $"Steady {Text(Rate)}/s",
            $"OFREP for one flag, {Text(Rate)} requests a second at fixed times for {seconds} s after a warm-up of {warmUp} s, on one silo with {Rollouts} running rollouts, each with a segment of {Rules} rules "
            + $"(texts, numbers, versions; nine users in ten match none, so all are tried). All flags in turn, {Text(Users)} users, {Connections} connections. Silo on core {ServerCore}, load on core {LoadFrom}. "
            + "Those that misbehave are 64 that send a byte a second, 4 that send a chunked body without end, and 5 that send broken, deep, huge or ill-coded contexts, again and again. "
            + $"A request's latency counts from when it was due, not from when it was sent, and none waits for an answer: no coordinated omission. Memory is the median of the first {window} s, and of the "
            + $"last {window} s; growth within 10 % and {MostMegabytesMore:0} MB, about what is allocated between two collections, is none: over ten minutes that is 25 bytes a request.",
            Row.AtMost("latency, p50", latencies.Quantile(0.5), MostMedian, " ms", "0.000"),
            Row.AtMost("latency, p99", latencies.Quantile(0.99), MostP99, " ms", "0.000"),
            Row.Figure("latency, p99.9", latencies.Quantile(0.999), " ms", "0.000"),
            Row.Figure("latency, highest", latencies.Max(), " ms", "0.0"),
            Grown("resident memory", before.Resident, after.Resident),
            Grown("heap after a collection", before.Heap, after.Heap),
            new Row("errors (not 200, or no answer)", $"{errors} of {Text((warmUp + seconds + window) * Rate)}", "none", errors == 0),
            Row.AtMost($"beside clients that misbehave, {window} s: latency, p50", Milliseconds(besides.Latencies).Quantile(0.5), MostMedian, " ms", "0.000"),
            Row.AtMost($"beside clients that misbehave, {window} s: latency, p99", Milliseconds(besides.Latencies).Quantile(0.99), MostP99, " ms", "0.000"),
            new Row("what those were answered, by status (0: the connection was closed)", Told(abuse), "never 5xx", !abuse.Keys.Any(status => status >= 500)),
            Row.Figure("CPU of a request", cpu / measured.Latencies.Count * 1e6, " µs", "0"),
            new Row("the load itself: how late a request was sent, p50 / p99 / highest", Milliseconds(measured.Lateness).Spread(" ms", "0.000")),
            new Row($"bare Kestrel under this load for {warmUp / 2} s: latency, p50 / p99 / highest", Milliseconds(bare.Load.Latencies).Spread(" ms", "0.000")),
            Row.Figure("bare Kestrel: CPU of a request", bare.Cpu / bare.Load.Latencies.Count * 1e6, " µs", "0"));
    }

    /// <summary>Latency that load and machine add to any server.</summary>
    private static async Task<(OpenLoop Load, double Cpu)> Bare(byte[][] requests, int seconds)
    {
        await using var bare = ServerProcess.Start(Repository.Baseline, ServerCore);
        await bare.Ready("");
        await OpenLoop.Run(bare.Address, requests, Connections, Rate, seconds);
        var cpu = bare.CpuSeconds;
        var load = await OpenLoop.Run(bare.Address, requests, Connections, Rate, seconds);
        return (load, bare.CpuSeconds - cpu);
    }

    /// <summary>The same load beside misbehaving clients.</summary>
    private static async Task<(OpenLoop Load, IReadOnlyDictionary<int, int> Answers)> Abused(Uri server, byte[][] requests, int seconds)
    {
        await using var abuse = Abuse.Begin(server);
        return (await OpenLoop.Run(server, requests, Connections, Rate, seconds), abuse.Answers);
    }

    private static string Told(IReadOnlyDictionary<int, int> answers) =>
        string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => string.Create(CultureInfo.InvariantCulture, $"{answer.Key}: {answer.Value}")));

    private static double[] Milliseconds(IEnumerable<int> micros) => [.. micros.Select(one => one / 1e3)];

    private static Row Grown(string what, double before, double after) => new(
        what, string.Create(CultureInfo.InvariantCulture, $"{before:0.0} MB, at the end {after:0.0} MB"),
        string.Create(CultureInfo.InvariantCulture, $"no growth: at most {(before * MostGrowth) + MostMegabytesMore:0} MB"), after <= (before * MostGrowth) + MostMegabytesMore);

    private static byte[] Request(int number)
    {
        var (flag, user) = (number % Rollouts, number * 31 % Users);
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"context":{"targetingKey":"user-{{user:D8}}","tenant":"tenant-{{user % (10 * Rules)}}","mail":"u{{user}}@company-{{user % 977}}.example","app":"4.{{user % 30}}.1","visits":{{user % 500}} } }""");
        return Encoding.ASCII.GetBytes(
            $"POST /ofrep/v1/evaluate/flags/flag-{flag} HTTP/1.1\r\nHost: silo\r\nAuthorization: Bearer {BenchSilo.EvaluationKey}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static string Plan(int plan) => $$"""
        plan: plan-{{plan}}
        title: A plan of many rules
        flag: flag-{{plan}}
        segments:
          crowd-{{plan}}:
            any:
        {{string.Join('\n', Enumerable.Range(0, Rules).Select(rule => "      - " + Rule(rule)))}}
        phases:
          - name: gradual
            steps: [ { name: s25, percentage: 25%, segments: [crowd-{{plan}}], hold: 1w } ]
        """;

    /// <summary>Every fourth looks at the tenant, and one in ten tenants is named by one of them.</summary>
    private static string Rule(int rule) => (rule % 4) switch
    {
        0 => $"{{ attribute: tenant, in: [tenant-{rule}, tenant-{rule + 100}, tenant-{rule + 200}, tenant-{rule + 300}] }}",
        1 => $"{{ attribute: mail, endsWith: \"@partner-{rule}.example\" }}",
        2 => $"{{ attribute: visits, number: \">= {1000 + rule}\" }}",
        _ => $"{{ attribute: app, version: \"< 1.{rule}.0\" }}",
    };

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
