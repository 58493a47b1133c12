using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.Benchmarks.Soak;
using Orchestrator.Benchmarks.Steady;

namespace Orchestrator.Benchmarks.Dashboard;

/// <summary>Cost of the dashboard: the overview of many rollouts, the first load, and readers beside evaluations.</summary>
internal static partial class DashboardSection
{
    private const int Rollouts = 500;
    private const int Readers = 50;
    private const int Rate = 500;
    private const int Connections = 32;
    private const int WarmUp = 5;

    // In milliseconds.
    private const double MostOverview = 50;
    private const double MostShown = 500;

    /// <summary>In kB: a page keeps a stream and nothing else.</summary>
    private const double MostHeap = 100;

    /// <summary>Latencies of two runs of one server differ by less than this factor when nothing is different.</summary>
    private const double Noise = 2;

    public static async Task<Section> RunAsync()
    {
        var seconds = Repetition.Short ? 5 : 60;
        using var folder = new Folder();
        var (silo, _) = await BenchSilo.Start(folder.Path);
        await using var running = silo;
        await silo.PutPlan("steady", Plan("steady"));
        await silo.Create("steady", "steady", "production");
        await silo.Do("steady", "start");
        for (var i = 1; i < Rollouts; i++)
        {
            await silo.PutPlan($"plan-{i}", Plan($"plan-{i}"));
            await silo.Create($"rollout-{i}", $"plan-{i}", "production");
        }

        using var viewer = silo.As(BenchSilo.AdminKey);
        viewer.DefaultRequestHeaders.Add("Accept", "text/html");
        var used = silo.Server.CpuSeconds;
        var overview = await Times(viewer, "/", Repetition.Short ? 5 : 100);
        var overviewCpu = (silo.Server.CpuSeconds - used) * 1e3 / (overview.Count + WarmUp);
        var rollout = await Times(viewer, "/rollouts/steady", Repetition.Short ? 5 : 100);
        var (page, styles, script) = await FirstLoad(silo, viewer);

        var requests = Enumerable.Range(0, 1000).Select(Request).ToArray();
        await OpenLoop.Run(silo.Server.Address, requests, Connections, Rate, seconds / 2);
        var alone = await Load(silo, requests, seconds);
        using var over = new CancellationTokenSource();
        var pages = new OpenPages(silo, "steady");
        var open = pages.Run(Readers, over.Token);
        var beside = await Load(silo, requests, seconds);
        await over.CancelAsync();
        await open;

        return Section.Of(
            "Dashboard",
            $"One silo with {Rollouts} rollouts, {Rate} OFREP decisions a second at fixed times for {seconds} s, without readers and then beside {Readers} open pages of a running rollout. Each page follows the stream of events and loads "
                + "itself again at each of them, at most four times a second, as the script of the pages does. The rollout is paused and resumed in turn each second. Silo, pages and load share the machine's cores.",
            Row.AtMost($"overview of {Rollouts} rollouts, p50", overview.Quantile(0.5), MostOverview, " ms", "0.0"),
            Row.Figure($"overview of {Rollouts} rollouts, p99", overview.Quantile(0.99), " ms", "0.0"),
            Row.Figure("the same, processor time of the silo, which neighbours disturb less", overviewCpu, " ms", "0.0"),
            new Row("page of a rollout, p50 / p99 / max", rollout.Spread(" ms", "0.0")),
            new Row("first load as sent: page of a rollout, style sheet, script", string.Create(CultureInfo.InvariantCulture, $"{page:N0}, {styles:N0}, {script:N0} bytes")),
            Row.AtMost($"request for a change to the loaded page, {Readers} pages at once, p99", pages.Shown.Quantile(0.99), MostShown, " ms", "0"),
            new Row("the same, p50 / p99 / max", pages.Shown.Spread(" ms", "0")),
            new Row("page loads that failed", $"{pages.Failed} of {pages.Loads}", "none", pages.Failed == 0),
            Row.Figure("page loads for a change and a page", (double)(pages.Loads - Readers) / pages.Changes / Readers, "", "0.00"),
            new Row("latency of a decision without pages, p50 / p99 / max", Milliseconds(alone.Loop.Latencies).ToArray().Spread(" ms", "0.000")),
            new Row($"latency of a decision beside {Readers} pages, p50 / p99 / max", Milliseconds(beside.Loop.Latencies).ToArray().Spread(" ms", "0.000")),
            Row.AtMost(
                $"p99 beside {Readers} pages, times that without", Milliseconds(beside.Loop.Latencies).Quantile(0.99) / Milliseconds(alone.Loop.Latencies).Quantile(0.99),
                Noise, "", "0.0"),
            new Row("decisions that were not answered with 200", $"{alone.Loop.Errors + beside.Loop.Errors}", "none", alone.Loop.Errors + beside.Loop.Errors == 0),
            Row.Figure("CPU of the silo without pages, of one core", alone.Cpu * 100, " %", "0"),
            Row.Figure($"CPU of the silo beside {Readers} pages, of one core", beside.Cpu * 100, " %", "0"),
            Row.AtMost("heap of an open page (lowest after a collection, with less without)", (beside.Heap - alone.Heap) * 1e3 / Readers, MostHeap, " kB", "0"));
    }

    /// <summary>Decisions at fixed times; beside them the lowest heap in MB, and the processor time of the silo per second.</summary>
    private static async Task<(OpenLoop Loop, double Heap, double Cpu)> Load(BenchSilo silo, byte[][] requests, int seconds)
    {
        var (began, used) = (Stopwatch.GetTimestamp(), silo.Server.CpuSeconds);
        var load = OpenLoop.Run(silo.Server.Address, requests, Connections, Rate, seconds);
        var heap = double.MaxValue;
        while (!load.IsCompleted)
        {
            await Task.WhenAny(load, Task.Delay(TimeSpan.FromSeconds(1)));
            heap = Math.Min(heap, await silo.HeapMegabytes());
        }

        return (await load, heap, (silo.Server.CpuSeconds - used) / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Times of a page in milliseconds, after loads that warm up.</summary>
    private static async Task<List<double>> Times(HttpClient viewer, string path, int count)
    {
        List<double> times = [];
        for (var i = 0; i < count + WarmUp; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await viewer.GetAsync(new Uri(path, UriKind.Relative));
            await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
            if (i >= WarmUp)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        return times;
    }

    private static async Task<(int Page, int Styles, int Script)> FirstLoad(BenchSilo silo, HttpClient viewer)
    {
        var html = await viewer.GetStringAsync(new Uri("/rollouts/steady", UriKind.Relative));
        var sizes = new List<int>();
        using var handler = new HttpClientHandler { AutomaticDecompression = DecompressionMethods.None };
        using var plain = new HttpClient(handler) { BaseAddress = silo.Server.Address };
        plain.DefaultRequestHeaders.Add("Accept", "text/html");
        plain.DefaultRequestHeaders.Add("Accept-Encoding", "br");
        plain.DefaultRequestHeaders.Add("X-API-Key", BenchSilo.AdminKey);
        sizes.Add((await plain.GetByteArrayAsync(new Uri("/rollouts/steady", UriKind.Relative))).Length);
        foreach (var name in (string[])["dash.css", "live.js"])
        {
            var address = Asset().Matches(html).Select(match => match.Value).First(one => one.EndsWith(name, StringComparison.Ordinal));
            sizes.Add((await plain.GetByteArrayAsync(new Uri(address, UriKind.Relative))).Length);
        }

        return (sizes[0], sizes[1], sizes[2]);
    }

    private static IEnumerable<double> Milliseconds(IEnumerable<int> micros) => micros.Select(one => one / 1e3);

    private static byte[] Request(int user)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $$"""{"context":{"targetingKey":"user-{{user}}"} }""");
        return Encoding.ASCII.GetBytes(
            $"POST /ofrep/v1/evaluate/flags/steady HTTP/1.1\r\nHost: silo\r\nAuthorization: Bearer {BenchSilo.EvaluationKey}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static string Plan(string name) => $$"""
        plan: {{name}}
        title: A plan
        flag: {{name}}
        metrics: { error_rate: { ratio: errors / requests } }
        triggers: [ { name: errors, when: error_rate > 1%, action: rollback } ]
        phases:
          - name: gradual
            steps: [ { name: s25, percentage: 25%, hold: 1w }, { name: s100, percentage: 100%, hold: 1w } ]
        """;

    [GeneratedRegex("/assets/[0-9a-f]+/[a-z.]+")]
    private static partial Regex Asset();
}
