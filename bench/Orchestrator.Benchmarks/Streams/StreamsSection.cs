using System.Diagnostics;
using System.Globalization;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Streams;

/// <summary>
/// Thousands of web clients on one silo: memory, time until all know of a rollback, and reconnection after the silo was killed.
/// </summary>
internal static class StreamsSection
{
    private const int Clients = 2000;
    private const int Flags = 10;
    private const int ServerCore = 0;
    private const int LoadFrom = 1;
    private const double MostSecondsBack = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static async Task<Section> RunAsync()
    {
        var (rounds, settling) = Repetition.Short ? (2, TimeSpan.FromSeconds(3)) : (5, TimeSpan.FromSeconds(20));
        Crowd.CheckLimit(Clients);
        using var folder = new Folder();
        var address = ServerProcess.FreeAddress();
        var (silo, _) = await BenchSilo.At(address, folder.Path, ServerCore);
        await using var first = silo;
        for (var i = 0; i < Flags; i++)
        {
            await silo.PutPlan($"plan-{i}", Plan(i));
            await silo.Create($"rollout-{i}", $"plan-{i}", "production");
            await silo.Do($"rollout-{i}", "start");
        }

        using var core = LoadCore.Of(LoadFrom);
        await using (var some = new Crowd(address, 100))
        {
            // They trigger JIT compilation, so that only the memory of streams is measured.
            await Must(some.All(client => client.OpenSince > 0, Patience), "the first streams opened");
            await Task.Delay(settling);
        }

        var (resident, heap) = (silo.Server.ResidentMegabytes.Now, await silo.HeapMegabytes());
        var began = Stopwatch.GetTimestamp();
        await using var crowd = new Crowd(address, Clients);
        await Must(crowd.All(client => client.OpenSince > 0, Patience), "all streams opened");
        var opening = Since(began, crowd.Clients.Max(client => client.OpenSince));
        await Task.Delay(settling);
        var (residentWith, heapWith) = (silo.Server.ResidentMegabytes.Now, await silo.HeapMegabytes());

        var (told, answered) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var (toldAfter, answeredAfter) = await RollBack(silo, crowd, round);
            told.Add(toldAfter);
            answered.Add(answeredAfter);
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        var before = (Breaks: crowd.Clients.Sum(client => client.Breaks), Alive: !silo.Server.HasExited);
        await silo.Server.Kill();
        var away = await ChangeElsewhere(folder.Path, rounds);
        var (again, _) = await BenchSilo.At(address, folder.Path, ServerCore);
        await using var second = again;
        var ready = Stopwatch.GetTimestamp();
        var allBack = await crowd.All(client => client.OpenSince > 0, Patience);
        var back = Since(ready, allBack ? crowd.Clients.Max(client => client.OpenSince) : Stopwatch.GetTimestamp());
        await crowd.All(client => client.ToldOf(away) is not null && !client.Has(Flag(rounds)), Patience);
        var heard = crowd.Clients.Count(client => client.ToldOf(away) is not null);
        var right = crowd.Clients.Count(client => !client.Has(Flag(rounds)));
        var (gone, alive) = (crowd.Clients.Count(client => client.GaveUpAt is not null), before.Alive && !again.Server.HasExited);

        return Section.Of(
            $"{Text(Clients)} event streams",
            $"`/ofrep/v1/stream` as bulk answers for {Flags} flags name it, {Text(Clients)} clients that behave as an EventSource does (`retry`, `Last-Event-ID`, `Retry-After` of a 503), each on a connection of its own; at each "
            + $"event each asks for all flags again, over {Crowd.Askers} connections that they share. One silo on core {ServerCore}, all clients in one process on core {LoadFrom}: its own work is in the times. Memory before and "
            + $"{settling.TotalSeconds:0} s after all were open, behind 100 others that came and went. The silo is killed with SIGKILL; a rollback is made while no process listens at its address (by a silo on the same data at another "
            + "address, killed as well); then it is started again, and times count from `/health/ready` 200.",
            Row.Figure("resident memory for each stream", (residentWith - resident) * 1e3 / Clients, " KB", "0.0"),
            Row.Figure("heap for each stream, at the last collection", (heapWith - heap) * 1e3 / Clients, " KB", "0.0"),
            Row.Figure("opening all, with a bulk answer each", opening, " s"),
            Row.Figure($"sending of a rollback to the last client notified, median of {rounds}", told.Median(), " s", "0.000"),
            Row.Figure("the slowest of them", told.Max(), " s", "0.000"),
            Row.Figure("sending of a rollback to the last client that has its new answer, median", answered.Median(), " s", "0.000"),
            Row.AtMost("killed and started again: ready to the last stream open", back, MostSecondsBack, " s", "0.0"),
            Count("clients that were notified of the change made while they were disconnected", heard, Clients),
            Count("clients that have its answer", right, Clients),
            Count("clients that were turned away for good", gone, 0, Clients),
            new Row("process ended by itself", alive ? "no" : "yes", "no", alive),
            Row.Figure("failed connection attempts while it was down", crowd.Clients.Sum(client => client.Breaks) - before.Breaks, ""),
            Row.Figure("answers 503 with Retry-After", crowd.Clients.Sum(client => client.Refusals), ""),
            Row.Figure("resident memory of the new process with all streams", again.Server.ResidentMegabytes.Now, " MB", "0"));
    }

    /// <summary>Seconds from sending it until the last client was notified, and until the last had the new answer.</summary>
    private static async Task<(double Told, double Answered)> RollBack(BenchSilo silo, Crowd crowd, int flag)
    {
        var sent = Stopwatch.GetTimestamp();
        await silo.Do($"rollout-{flag}", "rollback", new { reason = "measured" });
        var (position, _) = await silo.Event($"rollout-{flag}", "RolledBack");
        await Must(crowd.All(client => client.ToldOf(position) is not null && !client.Has(Flag(flag)), Patience), $"all clients were notified of the rollback of {Flag(flag)}");
        return (Since(sent, crowd.Clients.Max(client => client.ToldOf(position)!.Value)),
            Since(sent, crowd.Clients.Max(client => client.AnsweredAt)));
    }

    /// <summary>A rollback by a silo that no client knows; its position.</summary>
    private static async Task<long> ChangeElsewhere(string folder, int flag)
    {
        var (silo, _) = await BenchSilo.Start(folder);
        await using var running = silo;
        await silo.Do($"rollout-{flag}", "rollback", new { reason = "made while no silo listened" });
        var (position, _) = await silo.Event($"rollout-{flag}", "RolledBack");
        await silo.Server.Kill();
        return position;
    }

    private static async Task Must(Task<bool> happened, string what)
    {
        if (!await happened)
        {
            throw new TimeoutException($"Not within {Patience.TotalSeconds:0} s: {what}.");
        }
    }

    private static Row Count(string what, int count, int wanted) => Count(what, count, wanted, wanted);

    private static Row Count(string what, int count, int wanted, int of) => new(what, $"{count} of {of}", wanted == 0 ? "none" : "all", count == wanted);

    private static double Since(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalSeconds;

    private static string Flag(int number) => $"flag-{number}";

    private static string Plan(int number) => $$"""
        plan: plan-{{number}}
        title: Everybody at once
        flag: {{Flag(number)}}
        phases:
          - name: all
            steps: [ { name: s100, percentage: 100%, hold: 1w } ]
        """;

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
