using System.Text;
using BenchmarkDotNet.Attributes;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Benchmarks.Route;

/// <summary>
/// One route in process, over 4,096 users and a table of 100 flags, against the minimum work of any router: find the flag, hash the
/// user, compare. The promise: at most 40 ns with segment and percentage, and 0 bytes.
/// </summary>
[MemoryDiagnoser]
public class RouteBenchmarks
{
    private const int Users = 4096;
    private readonly Dictionary<string, (Bucket Bucket, int Percentage)> _bare = [];
    private readonly EvaluationContext[] _users = new EvaluationContext[Users];
    private readonly byte[][] _keys = new byte[Users][];
    private EnvironmentTable _table = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        var members = MemberSet.Under(new byte[32]).With([MemberHash.Of("somebody", new byte[32])], []);
        var model = new EnvironmentModel
        {
            Name = "production",
            Routes = [.. Enumerable.Range(0, 100).Select(i => Route($"flag-{i}")), Route("percentage"), Route("segment", "beta"), Route("members", "opted-in")],
            Segments =
            [
                new SegmentModel("beta", new SegmentDefinition(
                    null, new SegmentRule.Any([Is("internal", AttributeValue.Of(true)), Is("group", AttributeValue.Of("beta"))])), MemberSet.Empty),
                new SegmentModel("opted-in", new SegmentDefinition(null, new SegmentRule.OptedIn()), members),
            ],
        };
        _table = RoutingTable.Empty.With(model, 1).Environment("production")!;
        foreach (var route in model.Routes)
        {
            _bare[route.Flag] = (new Bucket(route.Salt), route.Percentage.Thousandths);
        }

        for (var i = 0; i < Users; i++)
        {
            var key = new Guid(i * 31, 7, 9, 1, 2, 3, 4, 5, 6, 7, 8).ToString();
            _keys[i] = Encoding.UTF8.GetBytes(key);
            _users[i] = new EvaluationContext().Begin(_table).Key(key).Set("internal", false).Set("group", i % 10 == 0 ? "beta" : "general");
        }
    }

    [Benchmark(Baseline = true, Description = "bare lookup + murmur3 + compare")]
    public bool Bare()
    {
        var (bucket, percentage) = _bare["percentage"];
        return bucket.Of(_keys[_next++ & (Users - 1)]) < percentage;
    }

    [Benchmark(Description = "route: percentage")]
    public bool Percentage() => Router.Route(_table, "percentage", _users[_next++ & (Users - 1)]).IsNew;

    [Benchmark(Description = "route: segment + percentage")]
    public bool Segment() => Router.Route(_table, "segment", _users[_next++ & (Users - 1)]).IsNew;

    [Benchmark(Description = "route: opted-in members (HMAC) + percentage")]
    public bool Members() => Router.Route(_table, "members", _users[_next++ & (Users - 1)]).IsNew;

    [Benchmark(Description = "served on a node: segment + percentage")]
    public bool Served() => Serve(people: 0);

    [Benchmark(Description = "served on a node, users counted: segment + percentage")]
    public bool Counted() => Serve(people: 0x5eed);

    private bool Serve(ulong people)
    {
        var user = _users[_next++ & (Users - 1)];
        var answer = Router.Route(_table, "segment", user);
        Router.Serve(_table, answer, user, people);
        return answer.IsNew;
    }

    private static SegmentRule Is(string attribute, AttributeValue value) =>
        new SegmentRule.Attribute(attribute, new AttributeTest.EqualTo(value));

    private static RoutedFlag Route(string flag, params string[] included) => new()
    {
        Flag = flag,
        Rollout = flag,
        RolloutVersion = 1,
        Salt = "9f3b2c7150aa4d17",
        Mode = RouteMode.Split,
        Percentage = Share.OfPercent(25),
        Included = [.. included],
    };
}
