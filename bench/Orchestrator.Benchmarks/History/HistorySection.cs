using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.Grains.Log;
using Orchestrator.Storage;

namespace Orchestrator.Benchmarks.History;

/// <summary>A node on a long log: ready after a start, and answers about moments of the past, with and without snapshots.</summary>
internal static class HistorySection
{
    private const int UsualEvents = 1_000_000;
    private const int MostEvents = 10_000_000;
    private const double MostMilliseconds = 3000;
    private const double MostExplain = 300;
    private const double MostPercent = 10;
    private const double MostBytes = 300;
    private const double MostState = 100;
    private const int Starts = 3;
    private const int Questions = 60;
    private const int QuestionsWithout = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <param name="given">Events; none for a million.</param>
    public static async Task<Section> RunAsync(IReadOnlyList<int> given)
    {
        var events = Math.Min(given.Count > 0 ? given[0] : Repetition.Short ? 50_000 : UsualEvents, MostEvents);
        using var folder = new Folder();
        var (readyEmpty, cpuEmpty) = await OnEmpty();
        var finished = await FinishedFigures.Measure();

        // The store is made without a silo: its first events would be the newest, and no moment before them would have any.
        await using (var services = new ServiceCollection().AddEmbeddedStorage(folder.Path).BuildServiceProvider())
        {
            await services.GetRequiredService<IEventLog>().Head();
        }

        var began = Stopwatch.GetTimestamp();
        var log = LongLog.Write(folder.Path, events);
        Console.WriteLine($"{log.Written} events of {log.Rollouts} rollouts written in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");

        var snapshots = Path.Combine(folder.Path, "snapshots");
        var (without, cpuWithout, memoryWithout, answersWithout) = await First(folder.Path, log, snapshots);
        var kept = Files(snapshots, "*.txt");
        var (starts, cpu) = (new List<double>(), new List<double>());
        List<double> answers = [];
        var memory = 0.0;
        for (var run = 0; run < Starts; run++)
        {
            var (silo, ready) = await Start(folder.Path);
            await using var running = silo;
            starts.Add(ready);
            cpu.Add(silo.Server.CpuSeconds);
            memory = silo.Server.ResidentMegabytes.Now;
            if (run == 0)
            {
                answers = await Ask(silo, log, Questions, seed: 17);
            }
        }

        var database = new FileInfo(Path.Combine(folder.Path, "orchestrator.db")).Length;
        var share = 100.0 * Files(snapshots, "*").Bytes / database;
        return Section.Of(
            "A long history",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{log.Written} events of {log.Rollouts} rollouts that are over, in {LongLog.Environments} environments, in SQLite ({database / 1e6:0} MB), written with the product's chain. ")
            + $"The built Release executable; {Questions} explanations at random moments, one after the other; {kept.Count} snapshots.",
            Row.AtMost($"ready after a start, median of {Starts}", starts.Median(), MostMilliseconds, " ms", "0"),
            Row.Figure("ready after a start on an empty folder", readyEmpty, " ms", "0"),
            Row.Figure("ready after a start without snapshots", without, " ms", "0"),
            Row.AtMost("explain at a moment, 95th percentile", answers.Quantile(0.95), MostExplain, " ms", "0"),
            Row.Figure("explain at a moment, median", answers.Median(), " ms", "0"),
            Row.Figure($"explain at a moment without snapshots, median of {QuestionsWithout}", answersWithout.Median(), " ms", "0"),
            Row.Figure("processor time until ready, from a snapshot", cpu.Median(), " s"),
            Row.Figure("processor time until ready, without", cpuWithout, " s"),
            Row.Figure("processor time until ready, on an empty folder", cpuEmpty, " s"),
            Row.AtMost("all snapshots, share of the log's bytes", share, MostPercent, " %"),
            Row.Figure("resident after a start from a snapshot", memory, " MB", "0"),
            Row.Figure("resident after a start without", memoryWithout, " MB", "0"),
            Row.AtMost("bytes for each finished rollout", finished.Bytes, MostBytes, " B", "0"),
            Row.Figure($"world with {finished.Rollouts} finished rollouts, managed", finished.Megabytes, " MB"),
            Row.AtMost($"state of a rollout with {FinishedFigures.Long} events at a version, 95th percentile", finished.State, MostState, " ms", "0"));
    }

    private static async Task<(double Ready, double Cpu)> OnEmpty()
    {
        using var folder = new Folder();
        var (silo, ready) = await BenchSilo.Start(folder.Path);
        await using var running = silo;
        return (ready, silo.Server.CpuSeconds);
    }

    /// <summary>A start without snapshots, and questions before the first is written; then all that are due are written.</summary>
    private static async Task<(double Ready, double Cpu, double Memory, List<double> Answers)> First(
        string folder, LongLog log, string snapshots)
    {
        var (silo, ready) = await Start(folder);
        await using var running = silo;
        var (cpu, memory) = (silo.Server.CpuSeconds, silo.Server.ResidentMegabytes.Now);
        await Settled(snapshots);
        var aside = snapshots + ".aside";
        Directory.Move(snapshots, aside);
        var answers = await Ask(silo, log, QuestionsWithout, seed: 18);
        if (Directory.Exists(snapshots))
        {
            Directory.Delete(snapshots, recursive: true);
        }

        Directory.Move(aside, snapshots);
        return (ready, cpu, memory, answers);
    }

    private static Task<(BenchSilo Silo, double ReadyAfter)> Start(string folder) =>
        BenchSilo.Within(Patience, ServerProcess.FreeAddress(), folder, core: null);

    /// <summary>Returns when no snapshot has been written for a while.</summary>
    private static async Task Settled(string snapshots)
    {
        for (var (before, calm) = (0L, 0); calm < 5; await Task.Delay(TimeSpan.FromSeconds(1)))
        {
            var (count, bytes) = Files(snapshots, "*");
            calm = count > 0 && bytes == before ? calm + 1 : 0;
            before = bytes;
        }
    }

    private static async Task<List<double>> Ask(BenchSilo silo, LongLog log, int questions, int seed)
    {
        var random = new Random(seed);
        using var admin = silo.As(BenchSilo.AdminKey);
        admin.Timeout = Patience;
        var took = new List<double>();
        for (var i = 0; i < questions; i++)
        {
            var body = new
            {
                flag = LongLog.FlagOf(random.Next(2)),
                context = new { targetingKey = $"user-{i}" },
                at = log.From + (log.Step * (random.NextDouble() * log.Written)),
            };
            var path = new Uri($"api/v1/environments/team-{random.Next(LongLog.Environments)}/explain", UriKind.Relative);
            var began = Stopwatch.GetTimestamp();
            using var answer = await admin.PostAsJsonAsync(path, body);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            answer.EnsureSuccessStatusCode();
        }

        return took;
    }

    private static (int Count, long Bytes) Files(string folder, string pattern)
    {
        var files = new DirectoryInfo(folder) is { Exists: true } found ? found.GetFiles(pattern) : [];
        return (files.Length, files.Sum(Size));
    }

    /// <summary>Zero for a file that got another name, or was deleted, since it was listed.</summary>
    private static long Size(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
