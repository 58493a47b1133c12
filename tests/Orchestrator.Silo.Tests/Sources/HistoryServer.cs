using System.Diagnostics;
using System.Globalization;
using Orchestrator.Silo.Cluster;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>
/// A real Prometheus over blocks that promtool made: legacy of two instances before any rollout. It has 20 requests a second in the mean
/// with a daily season, 0.05 % of errors, three bursts of 1 % for half an hour, a restart of one instance, six hours without a scrape, and
/// an instance whose memory gauge says NaN.
/// </summary>
internal sealed class HistoryServer : IAsyncDisposable
{
    /// <summary>Seconds between two scrapes.</summary>
    private const int Every = 300;

    private readonly string _folder = Directory.CreateTempSubdirectory("history-").FullName;
    private Program _program = null!;

    public string Url { get; private set; } = "";

    /// <param name="days">Days of history until now.</param>
    public static async Task<HistoryServer> Start(int days)
    {
        var server = new HistoryServer();
        var port = FreePort.Pick();
        server.Url = $"http://127.0.0.1:{port}";
        var text = Path.Combine(server._folder, "history.om");
        var blocks = Path.Combine(server._folder, "data");
        await File.WriteAllTextAsync(text, OpenMetrics(days));
        await Promtool("tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=400h", text, blocks);
        await File.WriteAllTextAsync(Path.Combine(server._folder, "prometheus.yml"), "global: { scrape_interval: 5m }\n");
        server._program = await Program.Start(
            "prometheus", "Server is ready to receive web requests", $"--config.file={server._folder}/prometheus.yml", $"--storage.tsdb.path={blocks}",
            "--storage.tsdb.retention.time=10y", $"--web.listen-address=127.0.0.1:{port}");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string OpenMetrics(int days)
    {
        var end = DateTimeOffset.UtcNow.ToUnixTimeSeconds() / Every * Every;
        var families = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var instance in (string[])["a:80", "b:80"])
        {
            var (ok, errors, fast, slow, begun) = (0.0, 0.0, 0.0, 0.0, end - (days * 86400L));
            var restarted = false;
            for (var at = end - (days * 86400L); at <= end; at += Every)
            {
                var age = (end - at) / 86400.0;
                if (age is > 12 and < 12.25)
                {
                    continue;
                }

                if (instance == "b:80" && age < 20.5 && !restarted)
                {
                    (restarted, ok, errors, fast, slow, begun) = (true, 0, 0, 0, 0, at);
                }

                var requests = Every * 10 * (1 + (0.5 * Math.Cos(2 * Math.PI * ((at % 86400 / 86400.0) - 0.58))));
                var share = Array.Exists([25.0, 17, 4], burst => age <= burst && age > burst - 0.021) ? 0.01 : 0.0005;
                (ok, errors) = (ok + (requests * (1 - share)), errors + (requests * share));
                (fast, slow) = (fast + (requests * 0.97), slow + (requests * 0.03));
                var labels = $"variant=\"legacy\",job=\"shop\",instance=\"{instance}\"";
                Write("shop_requests_total", $"{labels},code=\"200\"", Math.Floor(ok));
                Write("shop_requests_total", $"{labels},code=\"500\"", Math.Floor(errors));

                // One bound, spelled in two ways by two versions of the service.
                Write("shop_response_seconds_bucket", $"{labels},le=\"{(instance == "a:80" ? "0.1" : "0.10")}\"", Math.Floor(fast));
                Write("shop_response_seconds_bucket", $"{labels},le=\"0.2\"", Math.Floor(fast) + Math.Floor(slow));
                Write("shop_response_seconds_bucket", $"{labels},le=\"+Inf\"", Math.Floor(fast) + Math.Floor(slow));
                Write("shop_memory_bytes", labels, instance == "a:80" ? 32_000_000 : double.NaN);
                Write("process_start_time_seconds", $"job=\"shop\",instance=\"{instance}\"", begun);

                void Write(string name, string of, double value)
                {
                    if (!families.TryGetValue(name, out var lines))
                    {
                        families[name] = lines = [];
                    }

                    lines.Add(string.Create(CultureInfo.InvariantCulture, $"{name}{{{of}}} {value:0.#} {at}"));
                }
            }
        }

        return string.Concat(families.Select(family =>
            $"# TYPE {(family.Key.EndsWith("_total", StringComparison.Ordinal) ? family.Key[..^6] + " counter" : family.Key + " unknown")}\n{string.Join('\n', family.Value)}\n"))
            + "# EOF\n";
    }

    private static async Task Promtool(params string[] args)
    {
        var start = new ProcessStartInfo("promtool", args) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await errors);
    }
}
