using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;
using Orchestrator.Storage;

namespace Orchestrator.Benchmarks.History;

/// <summary>Figures of a log of many small rollouts that are over, and of one with a long stream.</summary>
/// <param name="Bytes">Managed memory of a finished rollout, from the first fifth of them to all.</param>
/// <param name="Rollouts">Their number.</param>
/// <param name="Megabytes">Managed memory of the world.</param>
/// <param name="State">95th percentile of the time of its state at a version over HTTP, ms.</param>
internal sealed record FinishedFigures(double Bytes, int Rollouts, double Megabytes, double State)
{
    /// <summary>Events of the long stream.</summary>
    public const int Long = 10_000;

    private const int Events = 500_000;
    private const int Batch = 1000;
    private const int Questions = 40;

    public static async Task<FinishedFigures> Measure()
    {
        using var folder = new Folder();
        await using (var services = new ServiceCollection().AddEmbeddedStorage(folder.Path).BuildServiceProvider())
        {
            await services.GetRequiredService<IEventLog>().Head();
        }

        var log = LongLog.Write(folder.Path, Repetition.Short ? Events / 10 : Events, weeks: [0], longest: Long);
        var (bytes, rollouts, megabytes) = await Memory(folder.Path);
        return new FinishedFigures(bytes, rollouts, megabytes, await Ask(folder.Path, log.Longest!));
    }

    private static async Task<(double Bytes, int Rollouts, double Megabytes)> Memory(string folder)
    {
        await using var services = new ServiceCollection().AddEmbeddedStorage(folder).BuildServiceProvider();
        var log = services.GetRequiredService<IEventLog>();
        var head = await log.Head();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (world, finished) = (World.Empty, new FinishedStates(log));
        (long Memory, int Rollouts)? early = null;
        while (await log.ReadAll(world.Position, Batch) is { Count: > 0 } events)
        {
            world = await finished.Fold(world, events, new HashSet<string>(), CancellationToken.None);
            if (early is null && world.Position > head / 5)
            {
                early = (GC.GetTotalMemory(forceFullCollection: true), world.Finished.Count);
            }
        }

        var after = GC.GetTotalMemory(forceFullCollection: true);
        var bytes = (double)(after - early!.Value.Memory) / (world.Finished.Count - early.Value.Rollouts);
        GC.KeepAlive(finished);
        return (bytes, world.Finished.Count, (after - before) / 1e6);
    }

    private static async Task<double> Ask(string folder, string rollout)
    {
        var (silo, _) = await BenchSilo.Within(TimeSpan.FromMinutes(10), ServerProcess.FreeAddress(), folder, core: null);
        await using var running = silo;
        using var admin = silo.As(BenchSilo.AdminKey);
        var (random, took) = (new Random(19), new List<double>());
        for (var i = 0; i < Questions; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await admin.GetAsync(new Uri($"api/v1/rollouts/{rollout}?version={random.Next(1, Long)}", UriKind.Relative));
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            answer.EnsureSuccessStatusCode();
        }

        return took.Quantile(0.95);
    }
}
