using System.Globalization;
using System.Diagnostics;

namespace Orchestrator.Benchmarks.Members;

/// <summary>A segment of a million members: its memory, and the time of a change of ten thousand until all nodes have it.</summary>
internal static class MembersSection
{
    private const int Members = 1_000_000;
    private const int Step = 10_000;
    private const double MostMegabytes = 32;
    private const double MostMilliseconds = 2000;

    public static async Task<Section> RunAsync()
    {
        var (members, rounds) = Repetition.Short ? (10 * Step, 2) : (Members, 10);
        var memory = TableMemory.Of(members);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{memory.Node:0.0} MB on a node, {memory.Client:0.0} MB in a client; starting the cluster"));
        await using var crowd = await Crowd.Start();
        var (at, before) = (Stopwatch.GetTimestamp(), crowd.CpuSeconds);
        for (var i = 0; i < members; i += Step)
        {
            await crowd.Change(Users("user", i), []);
        }

        var cpu = (crowd.CpuSeconds - before) / (members / Step);
        var loading = Stopwatch.GetElapsedTime(at).TotalSeconds;
        await crowd.Until($"user-{members - 1}", isNew: true);
        var (whole, first) = await crowd.Join($"user-{members - 1}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{members} members after {loading:0.0} s; changing them"));

        var (added, removed) = (new List<Times>(), new List<Times>());
        var sent = crowd.Sent;
        for (var round = 0; round < rounds; round++)
        {
            var users = Users($"more-{round}", 0).ToArray();
            added.Add(await crowd.Change(users, [], users[^1], isNew: true));
            removed.Add(await crowd.Change([], users, users[^1], isNew: false));
        }

        var body = (crowd.Sent - sent) / (2.0 * rounds);
        return Section.Of(
            $"A segment of {Number(members)} members",
            $"Memory: live heap after a full collection, of a table of 1,000 flags with the segment, without what it is without it; as a node folds it from events of {Number(Step)} members and as a client reads it. "
            + $"Changes: three silos and an evaluation node on one PostgreSQL (`fsync=on`), a table of 1,000 flags, and a .NET client in this process at the evaluation node. {rounds} times {Number(Step)} users are added and removed "
            + "again; from sending the request until every node (asked by OFREP every 5 ms) and the client answer by it for the last of them.",
            Row.AtMost("the segment in the table of a node", memory.Node, MostMegabytes, " MB", "0.0"),
            Row.AtMost("the segment in the .NET client", memory.Client, MostMegabytes, " MB", "0.0"),
            Row.Figure("the 1,000 flags on a node", memory.Flags, " MB", "0.0"),
            Row.AtMost($"{Number(Step)} added: all nodes and the client, longest", added.Max(one => one.All), MostMilliseconds, " ms", "0"),
            Row.AtMost($"{Number(Step)} removed: all nodes and the client, longest", removed.Max(one => one.All), MostMilliseconds, " ms", "0"),
            Spread("added: all nodes and the client, p50 / max", added, one => one.All),
            Spread("added: the request was answered, p50 / max", added, one => one.Answered),
            Spread("added: the client, p50 / max", added, one => one.Client),
            Spread("removed: all nodes and the client, p50 / max", removed, one => one.All),
            Row.Figure("sent to the client for a change", body / 1000, " KB", "0"),
            Row.Figure("sent to it at first", whole / 1e6, " MB", "0.0"),
            Row.Figure("its first table, from its start", first, " ms", "0"),
            Row.Figure($"loading the members, {members / Step} requests one after the other", loading, " s", "0.0"),
            Row.Figure("CPU of the four nodes together for each of them", cpu * 1000, " ms", "0"),
            new Row("resident memory of silos, evaluation node", string.Join(", ", crowd.Megabytes.Select(one => one.ToString("0", CultureInfo.InvariantCulture))) + " MB"));
    }

    private static Row Spread(string what, List<Times> times, Func<Times, double> of) => new(
        what, string.Create(CultureInfo.InvariantCulture, $"{times.Select(of).Median():0} / {times.Max(of):0} ms"));

    private static IEnumerable<string> Users(string name, int from) => Enumerable.Range(from, Step).Select(i => $"{name}-{i}");

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
