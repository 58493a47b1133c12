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
    private const double MostOverview = 50;

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
        var overview = await Times(viewer, "/", Repetition.Short ? 5 : 40);
        var rollout = await Times(viewer, "/rollouts/steady", Repetition.Short ? 5 : 40);
        var (page, styles, script) = await FirstLoad(silo, viewer);

        var requests = Enumerable.Range(0, 1000).Select(Request).ToArray();
        await OpenLoop.Run(silo.Server.Address, requests, Connections, Rate, seconds / 2);
        var alone = await OpenLoop.Run(silo.Server.Address, requests, Connections, Rate, seconds);
        var heapBefore = await silo.HeapMegabytes();
        using var over = new CancellationTokenSource();
        var pages = Enumerable.Range(0, Readers).Select(_ => Read(silo, over.Token)).ToArray();
        var changes = Change(silo, over.Token);
        var beside = await OpenLoop.Run(silo.Server.Address, requests, Connections, Rate, seconds);
        var heapAfter = await silo.HeapMegabytes();
        await over.CancelAsync();
        var (loads, events) = ((await Task.WhenAll(pages)).Sum(), await changes);

        return Section.Of(
            "Dashboard",
            $"One silo with {Rollouts} rollouts, {Rate} OFREP decisions a second at fixed times for {seconds} s, without readers and then beside {Readers} open pages of a running rollout. Each page follows the stream of events and loads "
                + "itself again at each of them, at most four times a second, as the script of the pages does. The rollout is paused and resumed in turn each second. All run on one machine.",
            Row.AtMost($"overview of {Rollouts} rollouts, p50", overview.Quantile(0.5), MostOverview, " ms", "0.0"),
            Row.Figure($"overview of {Rollouts} rollouts, highest", overview.Max(), " ms", "0.0"),
            Row.Figure("page of a rollout, p50", rollout.Quantile(0.5), " ms", "0.0"),
            new Row("first load: page of a rollout, style sheet, script (brotli)", string.Create(CultureInfo.InvariantCulture, $"{page:N0}, {styles:N0}, {script:N0} bytes")),
            Row.Figure("latency of a decision without readers, p99", Milliseconds(alone.Latencies).Quantile(0.99), " ms", "0.000"),
            Row.AtMost(
                $"latency of a decision beside {Readers} readers, p99",
                Milliseconds(beside.Latencies).Quantile(0.99), Milliseconds(alone.Latencies).Quantile(0.99) * Noise, " ms", "0.000"),
            new Row("decisions that were not answered with 200", $"{alone.Errors + beside.Errors}", "none", alone.Errors + beside.Errors == 0),
            Row.Figure("heap of an open page", (heapAfter - heapBefore) * 1e3 / Readers, " kB", "0"),
            Row.Figure("page loads for an event and a reader", events == 0 ? double.NaN : (double)loads / events / Readers, "", "0.00"));
    }

    /// <summary>Times of a page in milliseconds, after five loads that warm up.</summary>
    private static async Task<List<double>> Times(HttpClient viewer, string path, int count)
    {
        List<double> times = [];
        for (var i = 0; i < count + 5; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await viewer.GetAsync(new Uri(path, UriKind.Relative));
            await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
            if (i >= 5)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        return times;
    }

    private static async Task<(int Page, int Styles, int Script)> FirstLoad(BenchSilo silo, HttpClient viewer)
    {
        var html = await viewer.GetStringAsync(new Uri("/rollouts/steady", UriKind.Relative));
        using var handler = new HttpClientHandler { AutomaticDecompression = DecompressionMethods.None };
        using var plain = new HttpClient(handler) { BaseAddress = silo.Server.Address };
        plain.DefaultRequestHeaders.Add("Accept-Encoding", "br");
        var sizes = new List<int>();
        foreach (var name in (string[])["dash.css", "live.js"])
        {
            var address = Asset().Matches(html).Select(match => match.Value).First(one => one.EndsWith(name, StringComparison.Ordinal));
            sizes.Add((await plain.GetByteArrayAsync(new Uri(address, UriKind.Relative))).Length);
        }

        return (Encoding.UTF8.GetByteCount(html), sizes[0], sizes[1]);
    }

    /// <summary>An open page: returns how often it loaded itself.</summary>
    private static async Task<int> Read(BenchSilo silo, CancellationToken stop)
    {
        using var viewer = silo.As(BenchSilo.AdminKey);
        viewer.DefaultRequestHeaders.Add("Accept", "text/html");
        var loads = 0;
        try
        {
            using var answer = await viewer.GetAsync(new Uri("/api/v1/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, stop);
            using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            var last = Stopwatch.GetTimestamp();
            while (await stream.ReadLineAsync(stop) is { } line)
            {
                if (!line.StartsWith("id: ", StringComparison.Ordinal) || Stopwatch.GetElapsedTime(last) < TimeSpan.FromMilliseconds(250))
                {
                    continue;
                }

                last = Stopwatch.GetTimestamp();
                await viewer.GetByteArrayAsync(new Uri("/rollouts/steady", UriKind.Relative), stop);
                loads++;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The page is closed.
        }

        return loads;
    }

    /// <summary>A change each second; returns their number.</summary>
    private static async Task<int> Change(BenchSilo silo, CancellationToken stop)
    {
        var changes = 0;
        while (!stop.IsCancellationRequested)
        {
            await silo.Do("steady", changes % 2 == 0 ? "pause" : "resume", changes % 2 == 0 ? new { reason = "measured" } : null);
            changes++;
            await Task.Delay(TimeSpan.FromSeconds(1), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return changes;
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
