using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.Benchmarks.Simulate;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.PlanFiles;
using Orchestrator.Storage;

namespace Orchestrator.Benchmarks.History;

/// <summary>
/// One rollout of 10,000 events: the strategy's steps, again and again, with the evidence of each advance. Its retrospective in each form,
/// its state at a version, and 48 retrospectives at once.
/// </summary>
internal static class RetrospectiveSection
{
    private const int Events = 10_000;
    private const int Batch = 100;
    private const int AtOnce = 48;
    private const string Rollout = "long";
    private static readonly Actor Admin = Actor.User("env-admin", "admin");

    private static int Times => Repetition.Short ? 3 : 20;

    public static async Task<Section> RunAsync()
    {
        using var folder = new Folder();
        var events = await Fill(folder.Path);
        var (allocated, kept) = Memory(events);
        var (silo, _) = await BenchSilo.Start(folder.Path);
        await using var running = silo;
        var path = $"api/v1/rollouts/{Rollout}";
        var json = await Measure(silo, () => $"{path}/retrospective");
        var html = await Measure(silo, () => $"{path}/retrospective?format=html");
        var random = new Random(17);
        var state = await Measure(silo, () => $"{path}?version={random.Next(1, Events)}");
        var before = silo.Server.ResidentMegabytes.Now;
        var (answered, refused, peak) = await Together(silo, $"{path}/retrospective");
        return Section.Of(
            "Retrospectives",
            $"One rollout of {Events} events in SQLite, the built Release executable, {Times} requests one after the other after 3 that do not count; then {AtOnce} at once by one key.",
            Row.AtMost("retrospective as JSON, 95th percentile", json.Quantile(0.95), 1000, " ms", "0"),
            Row.AtMost("retrospective as HTML, 95th percentile", html.Quantile(0.95), 1000, " ms", "0"),
            Row.Figure("memory that one allocates in all while it is made, most of it for one batch of events at a time", allocated, " MB", "0"),
            Row.AtMost("memory that one keeps until it is written", kept, 50, " MB", "0.0"),
            Row.AtMost("state at a random version, 95th percentile", state.Quantile(0.95), 100, " ms", "0"),
            Row.Figure("state at a random version, median", state.Median(), " ms", "0"),
            Row.Figure($"of {AtOnce} at once, answered", answered, "", "0"),
            Row.Figure($"of {AtOnce} at once, refused with Retry-After", refused, "", "0"),
            Row.AtMost($"resident memory above that before, while {AtOnce} were asked for at once", peak - before, 400, " MB", "0"));
    }

    private static async Task<IReadOnlyList<RecordedEvent>> Fill(string folder)
    {
        await using var services = new ServiceCollection().AddEmbeddedStorage(folder).BuildServiceProvider();
        var log = services.GetRequiredService<IEventLog>();
        var told = Told().Take(Events).Select((one, i) => one with { Version = i + 1 }).ToArray();
        for (var written = 0; written < told.Length; written += Batch)
        {
            var part = told[written..Math.Min(written + Batch, told.Length)];
            NewEvent[] events = [.. part.Select(one => RolloutEvents.Catalog.Write(one.Event, Guid.CreateVersion7()))];
            var metadata = new AppendMetadata(part[^1].At, Admin, $"command-{written}", null, "correlation-1");
            if (await log.Append(RolloutEvents.Stream(Rollout), written, events, metadata) is not AppendOutcome.Appended)
            {
                throw new InvalidOperationException("The log took no events.");
            }
        }

        return await log.ReadStream(RolloutEvents.Stream(Rollout));
    }

    /// <summary>A rollout of the strategy up to the end of its second public step, and that part again without end.</summary>
    private static IEnumerable<Happened<RolloutEvent>> Told()
    {
        var plan = PlanText.Read(File.ReadAllText(Path.Combine(Repository.Root, "samples/plans/chat-architecture.yaml"))).Plan
            ?? throw new InvalidOperationException("The sample plan has errors.");
        var story = Story.Of(plan, TimeSpan.FromDays(7 * 17), TimeSpan.FromHours(1)).Rollout.Events.ToArray();
        var from = Array.FindIndex(story, one => one.Event is RolloutEvent.StepStarted { Step: "3a-10" });
        var to = Array.FindIndex(story, one => one.Event is RolloutEvent.StepCompleted { Step: "3a-25" });
        var span = story[to].At - story[from].At + TimeSpan.FromMinutes(1);
        var began = DateTimeOffset.UtcNow - TimeSpan.FromDays(3650);
        foreach (var one in story[..from])
        {
            yield return one with
            {
                At = began + (one.At - story[0].At),
                Event = one.Event is RolloutEvent.RolloutCreated created ? created with { Rollout = Rollout, Environment = "production" } : one.Event,
            };
        }

        for (var round = 0; ; round++)
        {
            foreach (var one in story[from..(to + 1)])
            {
                yield return one with { At = began + (one.At - story[0].At) + (round * span) };
            }
        }
    }

    private static (double Allocated, double Kept) Memory(IReadOnlyList<RecordedEvent> events)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var told = Retrospective.Of(events.Select(RolloutEvents.Catalog.Replay));
        var all = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(told);
        return (all / 1e6, kept / 1e6);
    }

    private static async Task<List<double>> Measure(BenchSilo silo, Func<string> path)
    {
        using var admin = silo.As(BenchSilo.AdminKey);
        var took = new List<double>();
        for (var i = -3; i < Times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await admin.GetAsync(new Uri(path(), UriKind.Relative));
            answer.EnsureSuccessStatusCode();
            if (i >= 0)
            {
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        return took;
    }

    private static async Task<(int Answered, int Refused, double Peak)> Together(BenchSilo silo, string path)
    {
        using var admin = silo.As(BenchSilo.AdminKey);
        var asked = Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            using var answer = await admin.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode;
        }).ToArray();
        var (all, peak) = (Task.WhenAll(asked), 0.0);
        while (!all.IsCompleted)
        {
            peak = Math.Max(peak, silo.Server.ResidentMegabytes.Now);
            await Task.WhenAny(all, Task.Delay(20));
        }

        var answers = await all;
        return (answers.Count(one => one == HttpStatusCode.OK), answers.Count(one => one == HttpStatusCode.ServiceUnavailable), peak);
    }
}
