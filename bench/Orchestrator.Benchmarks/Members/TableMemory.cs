using Orchestrator.Client.Table;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Benchmarks.Members;

/// <summary>Live heap of a table of many flags, with and without a large segment, as a node and as a client builds it.</summary>
internal static class TableMemory
{
    private const int Flags = 1000;
    private const int Step = 10_000;
    private static readonly byte[] MemberKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>Megabytes of 10^6 bytes: the flags alone, and the addition by the segment.</summary>
    public static (double Flags, double Node, double Client) Of(int members)
    {
        // Objects made once in a process are not part of the table.
        Read(Table(Folded(Step)));
        var (flags, bare) = Held(() => Table(MemberSet.Under(MemberKey)));
        var (all, table) = Held(() => Table(Folded(members)));
        var (alone, _) = Held(() => Read(bare));
        var (whole, _) = Held(() => Read(table));
        GC.KeepAlive(table);
        return (flags, all - flags, whole - alone);
    }

    /// <summary>Built as from events: ten thousand at a time, with the remembered changes.</summary>
    private static MemberSet Folded(int members)
    {
        var set = MemberSet.Under(MemberKey);
        for (var i = 0; i < members; i += Step)
        {
            set = set.With([.. Enumerable.Range(i, Step).Select(user => MemberHash.Of($"user-{user}", MemberKey))], []);
        }

        return set;
    }

    private static EnvironmentTable Table(MemberSet members) => RoutingTable.Empty.With(
        new EnvironmentModel
        {
            Name = "production",
            Routes = [.. Enumerable.Range(0, Flags).Select(Route)],
            Segments = [new SegmentModel("beta", new SegmentDefinition(null, new SegmentRule.OptedIn()), members)],
        }, 1).Environment("production")!;

    private static LocalTable Read(EnvironmentTable table) =>
        LocalTable.Read(TableDocument.Write(table, "production", static _ => false).ToArray(), 1, 1, "\"a\"");

    private static (double Megabytes, T Made) Held<T>(Func<T> make)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var made = make();
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(made);
        return ((after - before) / 1e6, made);
    }

    private static RoutedFlag Route(int number) => new()
    {
        Flag = $"flag-{number}",
        Rollout = $"rollout-{number}",
        RolloutVersion = 1,
        Salt = $"9f3b2c7150aa{number:x4}",
        Mode = RouteMode.Split,
        Percentage = Share.OfPercent(25),
        Included = ["beta"],
        Phase = "gradual",
        Step = "3a-25",
    };
}
