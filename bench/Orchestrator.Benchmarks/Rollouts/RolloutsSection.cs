using System.Diagnostics;
using System.Globalization;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Rollouts;

/// <summary>Ten thousand running rollouts on one silo: memory and lateness of timers.</summary>
internal static class RolloutsSection
{
    private const int Environments = 10;
    private const int Plans = 1000;
    private const int Rollouts = Environments * Plans;
    private const int Parallel = 32;
    private const double MostMegabytes = 1000;

    /// <summary>
    /// Limit of "on time" for a timer that people wait for: a second, which the strategy's shortest rule could also notice.
    /// </summary>
    private const double MostMillisecondsLate = 1000;

    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    public static async Task<Section> RunAsync()
    {
        using var folder = new Folder();
        var (silo, _) = await BenchSilo.Start(folder.Path);
        await using var running = silo;
        var idle = silo.Server.ResidentMegabytes.Now;
        await Each(Plans, plan => silo.PutPlan($"plan-{plan}", Plan(plan)));

        var watch = Stopwatch.GetTimestamp();
        await Each(Rollouts, i => silo.Create(Id(i), $"plan-{i / Environments}", $"env-{i % Environments}"));
        var creating = Stopwatch.GetElapsedTime(watch).TotalSeconds;
        watch = Stopwatch.GetTimestamp();
        await Each(Rollouts, i => silo.Do(Id(i), "start"));
        var starting = Stopwatch.GetElapsedTime(watch).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"created in {creating:0} s, started in {starting:0} s; settling"));

        await Task.Delay(Settling);
        var (at, cpu) = (Stopwatch.GetTimestamp(), silo.Server.CpuSeconds);
        await Task.Delay(Settling);
        var cores = (silo.Server.CpuSeconds - cpu) / Stopwatch.GetElapsedTime(at).TotalSeconds;
        var resting = silo.Server.ResidentMegabytes.Now;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{resting:0} MB at rest, {cores:0.00} cores; waiting for timers"));

        var timeline = new Timeline();
        using var log = await silo.Events();
        await timeline.Read(log, Rollouts, Hold, Every).WaitAsync(TimeSpan.FromMinutes(10));
        var memory = silo.Server.ResidentMegabytes;
        return Section.Of(
            $"{Rollouts.ToString("N0", CultureInfo.InvariantCulture)} running rollouts on one silo",
            $"The built Release executable at speed 1, driven over HTTP: {Plans} plans (flags) in {Environments} environments, {Parallel} requests at a time. Each rollout holds its first step "
            + $"for {Hold.TotalMinutes:0} minutes, then opens a review after {Every.TotalMinutes:0}; all {timeline.Events} events are read from the log, and their times compared with what was due. "
            + $"At rest: a minute after the last start, over a minute, with a round of each rollout every 15 s.",
            Row.AtMost("resident memory at rest", resting, MostMegabytes, " MB", "0"),
            Row.AtMost("resident memory after all timers", memory.Now, MostMegabytes, " MB", "0"),
            Row.Figure("resident memory at its highest", memory.Peak, " MB", "0"),
            Row.Figure("resident memory before the first rollout", idle, " MB", "0"),
            Row.Figure("cores used at rest", cores, ""),
            Row.Figure("creating all", creating, " s", "0.0"),
            Row.Figure("starting all", starting, " s", "0.0"),
            Late($"end of hold, {timeline.Holds.Count} timers", timeline.Holds),
            Late($"review opened, {timeline.Reviews.Count} timers", timeline.Reviews));
    }

    private static Row Late(string what, List<double> late) => new(
        what + ": lateness p50 / p99 / max",
        string.Create(CultureInfo.InvariantCulture, $"{late.Median():0} / {late.Quantile(0.99):0} / {late.Max():0} ms"),
        string.Create(CultureInfo.InvariantCulture, $"p99 at most {MostMillisecondsLate} ms, never early"), late.Quantile(0.99) <= MostMillisecondsLate && late.Min() >= 0);

    private static Task Each(int count, Func<int, Task> act) => System.Threading.Tasks.Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (i, _) => await act(i));

    private static string Id(int i) => $"rollout-{i}";

    private static string Plan(int plan) => $$"""
        plan: plan-{{plan}}
        title: A plan of two steps
        flag: flag-{{plan}}
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: error-rate-spike, when: error_rate > 0.5%, for: 5m, action: rollback }
        phases:
          - name: quiet
            steps:
              - { name: held, percentage: 0%, hold: {{Hold.TotalMinutes}}m }
              - { name: looked-at, percentage: 0%, hold: 1w, review: { every: {{Every.TotalMinutes}}m } }
        """;
}
