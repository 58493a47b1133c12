using System.Diagnostics;
using System.Globalization;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Ofrep;

/// <summary>One bounded load by wrk, from a core of its own.</summary>
/// <param name="CpuPer100K">CPU seconds of the server for 100,000 requests.</param>
/// <param name="PerSecond">Requests in a second.</param>
/// <param name="P99Micros">99th percentile of the latency, microseconds.</param>
/// <param name="Requests">Answers of any kind.</param>
/// <param name="Errors">Answers other than 2xx or 3xx, and socket errors.</param>
internal sealed record OfrepLoad(double CpuPer100K, double PerSecond, double P99Micros, long Requests, long Errors)
{
    private const int Connections = 32;

    /// <summary>Load of evaluations on an OFREP server.</summary>
    public static Task<OfrepLoad> Of(ServerProcess server, Asked asked, int core, int seconds)
    {
        var environment = new Dictionary<string, string> { ["FLAG"] = asked.Flag, ["KEY"] = BenchSilo.EvaluationKey };
        if (asked.Tag is { } tag)
        {
            (environment["TAG"], environment["BODY"]) = (tag, Asked.Body);
        }

        return By("bench/Orchestrator.Benchmarks/Ofrep/ofrep.lua", environment, server, core, seconds);
    }

    /// <summary>Load by a script of wrk.</summary>
    public static async Task<OfrepLoad> By(
        string script, Dictionary<string, string> environment, ServerProcess server, int core, int seconds)
    {
        var start = new ProcessStartInfo(
            "taskset", ["-c", $"{core}", "wrk", "-t1", $"-c{Connections}", $"-d{seconds}s", "-s", Path.Combine(Repository.Root, script), server.Address.ToString()])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var before = server.CpuSeconds;
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var cpu = server.CpuSeconds - before;
        var line = output.Split('\n').FirstOrDefault(text => text.StartsWith("RESULT ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk printed: {output}");
        var numbers = line.Split(' ')[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new OfrepLoad(cpu / numbers[0] * 100_000, numbers[0] / numbers[1] * 1e6, numbers[2], (long)numbers[0], (long)numbers[3]);
    }
}
