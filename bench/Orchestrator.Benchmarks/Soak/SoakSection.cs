using System.Diagnostics;
using System.Globalization;
using System.Text;
using Orchestrator.Benchmarks.Hostile;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.Benchmarks.Steady;

namespace Orchestrator.Benchmarks.Soak;

/// <summary>
/// Misuse by every role at once while decisions are answered: latency of decisions, time until a rollback takes effect, growth of memory.
/// </summary>
internal static class SoakSection
{
    private const int UsualSeconds = 1800;
    private const int Rate = 500;
    private const int Connections = 16;
    private const int Users = 1000;
    private const double MostP99 = 10;
    private const double MostSecondsToRollBack = 1;

    /// <summary>Tolerance as for the steady load: the difference between two collections, and the allocations between two.</summary>
    private const double MostGrowth = 1.10;

    private const double MostMegabytesMore = 16;

    /// <summary>
    /// Samples are kept exactly for 15 minutes: until then the windows of each rollout fill, and only after that memory can be flat.
    /// </summary>
    private const int FullAfter = 15 * 60;

    private static readonly TimeSpan Observed = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    /// <param name="given">Seconds; none for half an hour.</param>
    public static async Task<Section> RunAsync(IReadOnlyList<int> given)
    {
        var seconds = given.Count > 0 ? given[0] : Repetition.Short ? 20 : UsualSeconds;
        var (warmUp, window) = (Math.Clamp(seconds / 5, 5, 180), Math.Clamp(seconds / 10, 5, 120));
        using var folder = new Folder();
        var (silo, _) = await BenchSilo.Start(folder.Path);
        await using var running = silo;
        await silo.PutPlan("p", HostileSection.PlanText);
        await silo.Create("r1", "p", "production");
        await silo.Do("r1", "start");
        await silo.PutPlan("steady", Plan("steady"));
        await silo.Create("steady", "steady", "production");
        await silo.Do("steady", "start");
        var requests = Enumerable.Range(0, Users).Select(Request).ToArray();

        await using var misuse = await Misuse.Begin(silo);
        await using var abuse = Abuse.Begin(silo.Server.Address);
        await OpenLoop.Run(silo.Server.Address, requests, Connections, Rate, warmUp);
        var load = OpenLoop.Run(silo.Server.Address, requests, Connections, Rate, seconds);
        var rollbacks = RollBackEachMinute(silo, load, TimeSpan.FromSeconds(Math.Min(60, seconds / 4.0)));
        var memory = await Memory.Watch(silo, load, TimeSpan.FromSeconds(Repetition.Short ? 1 : 5));
        var (measured, took) = (await load, await rollbacks);

        var full = seconds >= 2 * (FullAfter - warmUp) ? FullAfter - warmUp : 0;
        var (before, after) = (memory.Between(full, full + window), memory.Between(seconds - window, seconds));
        double[] latencies = [.. measured.Latencies.Select(one => one / 1e3)];
        var alive = !silo.Server.HasExited;
        return Section.Of(
            "Misuse by every role at once",
            $"One silo process; {Rate} OFREP decisions a second at fixed times for {seconds} s after {warmUp} s of the same, latency from when each was due. At once, without pause: each role with what it should not send (hostile bodies, "
                + "floods, foreign routes and methods, positions beyond every log, streams opened and left, keys made and revoked), connections without a key, broken HTTP, and 73 clients with endless, slow and broken contexts. A rollout "
                + $"of all users is rolled back about each minute; its time is from the request to the last answer `new` of four clients that ask without pause. Memory is the median of {window} s: from {full} s on, when the windows of samples are full, and at the end. All clients "
                + "run on the machine of the silo and take its cores.",
            Row.Figure("latency of a decision, p50", latencies.Quantile(0.5), " ms", "0.000"),
            Row.AtMost("latency of a decision, p99", latencies.Quantile(0.99), MostP99, " ms", "0.000"),
            Row.Figure("latency of a decision, highest", latencies.Max(), " ms", "0.0"),
            new Row("how late a decision was asked for, p50 / p99 / highest", measured.Lateness.Select(one => one / 1e3).ToArray().Spread(" ms", "0.000")),
            new Row("decisions that were not answered with 200", $"{measured.Errors} of {seconds * Rate}", "none", measured.Errors == 0),
            Row.AtMost($"rollback to the last `new`, slowest of {took.Count}", took.Count == 0 ? double.PositiveInfinity : took.Max(one => one.LastNew), MostSecondsToRollBack, " s", "0.000"),
            Row.Figure("rollback to the last `new`, median", took.Count == 0 ? double.NaN : took.Select(one => one.LastNew).Median(), " s", "0.000"),
            Row.Figure("rollback to its answer, slowest", took.Count == 0 ? double.NaN : took.Max(one => one.Answered), " s", "0.000"),
            new Row("resident memory", Megabytes(before.Resident, after.Resident), Flat(before.Resident), after.Resident <= Limit(before.Resident)),
            new Row("heap after a collection", Megabytes(before.Heap, after.Heap), Flat(before.Heap), after.Heap <= Limit(before.Heap)),
            new Row("server errors to misuse", $"{misuse.Errors} of {misuse.Asked}", "none", misuse.Errors == 0),
            new Row("answers to misuse by role and status (503: with `Retry-After`; 0: closed; 408: not within 30 s)", misuse.Told),
            new Row("answers to endless, slow and broken contexts by status", string.Join(", ", abuse.Answers.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}")), "never 5xx",
                !abuse.Answers.Keys.Any(status => status >= 500)),
            new Row("silo", alive ? "runs" : "has ended", "runs", alive));
    }

    private static async Task<List<(double LastNew, double Answered)>> RollBackEachMinute(BenchSilo silo, Task load, TimeSpan every)
    {
        List<(double LastNew, double Answered)> took = [];
        for (var n = 0; ; n++)
        {
            await Task.WhenAny(load, Task.Delay(every));
            if (load.IsCompleted)
            {
                return took;
            }

            took.Add(await RollBack(silo, $"measured-{n}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rolled back: last new after {took[^1].LastNew:0.000} s, answered after {took[^1].Answered:0.000} s"));
        }
    }

    private static async Task<(double LastNew, double Answered)> RollBack(BenchSilo silo, string name)
    {
        await silo.PutPlan(name, Plan(name));
        await silo.Create(name, name, "production");
        await silo.Do(name, "start");
        using var enough = new CancellationTokenSource(Settled);
        while (!await silo.IsNew(name, "u"))
        {
            await Task.Delay(10, enough.Token);
        }

        using var ended = new CancellationTokenSource();
        var askers = Enumerable.Range(0, 4).Select(user => LastNew(silo, name, $"user-{user}", ended.Token)).ToArray();
        await Task.Delay(200);
        var asked = Stopwatch.GetTimestamp();
        await silo.Do(name, "rollback", new { reason = "measured" });
        var answered = Stopwatch.GetElapsedTime(asked).TotalSeconds;
        await Task.Delay(Observed);
        await ended.CancelAsync();
        return (Math.Max(0, Stopwatch.GetElapsedTime(asked, (await Task.WhenAll(askers)).Max()).TotalSeconds), answered);
    }

    /// <summary>Time of the last answer new.</summary>
    private static async Task<long> LastNew(BenchSilo silo, string flag, string user, CancellationToken stop)
    {
        var last = 0L;
        while (!stop.IsCancellationRequested)
        {
            last = await silo.IsNew(flag, user) ? Stopwatch.GetTimestamp() : last;
            await Task.Delay(2, CancellationToken.None);
        }

        return last;
    }

    private static string Plan(string name) => $$"""
        plan: {{name}}
        title: Everybody
        flag: {{name}}
        phases: [ { name: a, steps: [ { name: s, percentage: 100%, hold: 1d } ] } ]
        """;

    private static byte[] Request(int user)
    {
        var body = $$"""{"context":{"targetingKey":"user-{{user}}","tenant":"t-{{user % 50}}"} }""";
        return Encoding.ASCII.GetBytes(
            $"POST /ofrep/v1/evaluate/flags/steady HTTP/1.1\r\nHost: silo\r\nAuthorization: Bearer {BenchSilo.EvaluationKey}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static double Limit(double before) => (before * MostGrowth) + MostMegabytesMore;

    private static string Flat(double before) => string.Create(CultureInfo.InvariantCulture, $"no growth: at most {Limit(before):0} MB");

    private static string Megabytes(double before, double after) => string.Create(CultureInfo.InvariantCulture, $"{before:0.0} MB, at the end {after:0.0} MB");
}
