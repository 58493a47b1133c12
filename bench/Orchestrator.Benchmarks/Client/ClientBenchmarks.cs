using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Orchestrator.Client;
using Orchestrator.Client.Table;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Benchmarks.Client;

/// <summary>
/// The client's whole answer, including its check of the lease, against the minimum work of any router and against
/// Microsoft.FeatureManagement with its targeting filter: the same users, one group and 25 % of the rest, a hundred flags.
/// </summary>
[MemoryDiagnoser]
public class ClientBenchmarks
{
    private const int Users = 4096;
    private readonly Dictionary<string, (Bucket Bucket, int Percentage)> _bare = [];
    private readonly RolloutUser[] _users = new RolloutUser[Users];
    private readonly RolloutUser[] _counted = new RolloutUser[Users];
    private readonly TargetingContext[] _contexts = new TargetingContext[Users];
    private readonly byte[][] _keys = new byte[Users][];
    private TableRouter _router = null!;
    private TableRouter _counting = null!;
    private IFeatureManager _features = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        var beta = new SegmentDefinition(null, new SegmentRule.Any(
            [new SegmentRule.Attribute("internal", new AttributeTest.EqualTo(AttributeValue.Of(true))),
                new SegmentRule.Attribute("group", new AttributeTest.EqualTo(AttributeValue.Of("beta")))]));
        var model = new EnvironmentModel
        {
            Name = "production",
            Routes = [.. Enumerable.Range(0, 100).Select(i => Route($"flag-{i}")), Route("percentage"), Route("segment", "beta")],
            Segments = [new SegmentModel("beta", beta, MemberSet.Empty)],
        };
        var holder = new TableHolder(TimeProvider.System);
        var document = TableDocument.Write(RoutingTable.Empty.With(model, 1).Environment("production"), "production", static _ => false).ToArray();
        holder.Accept(TimeProvider.System.ReadClocks(), new TableReply(1, 1, TimeSpan.FromDays(1), TimeSpan.Zero, "\"a\"", document));
        _router = new TableRouter(holder);
        var reports = new TableHolder(TimeProvider.System, reports: true);
        reports.Accept(
            TimeProvider.System.ReadClocks(), new TableReply(1, 1, TimeSpan.FromDays(1), TimeSpan.Zero, "\"a\"", document, People: 0x5eed));
        _counting = new TableRouter(reports);
        foreach (var route in model.Routes)
        {
            _bare[route.Flag] = (new Bucket(route.Salt), route.Percentage.Thousandths);
        }

        for (var i = 0; i < Users; i++)
        {
            var key = new Guid(i * 31, 7, 9, 1, 2, 3, 4, 5, 6, 7, 8).ToString();
            var group = i % 10 == 0 ? "beta" : "general";
            _keys[i] = Encoding.UTF8.GetBytes(key);
            _users[i] = new RolloutUser(key).With("internal", false).With("group", group);
            _contexts[i] = new TargetingContext { UserId = key, Groups = [group] };
            _router.Route("segment", _users[i]);
            _counting.Route("segment", _counted[i] = new RolloutUser(key).With("internal", false).With("group", group));
        }

        _features = FeatureManager();
    }

    [Benchmark(Baseline = true, Description = "bare lookup + murmur3 + compare")]
    public bool Bare()
    {
        var (bucket, percentage) = _bare["segment"];
        return bucket.Of(_keys[_next++ & (Users - 1)]) < percentage;
    }

    [Benchmark(Description = "client: percentage")]
    public bool Percentage() => _router.Route("percentage", _users[_next++ & (Users - 1)]).IsNew;

    [Benchmark(Description = "client: segment + percentage")]
    public bool Segment() => _router.Route("segment", _users[_next++ & (Users - 1)]).IsNew;

    [Benchmark(Description = "client, users counted: segment + percentage")]
    public bool Counted() => _counting.Route("segment", _counted[_next++ & (Users - 1)]).IsNew;

    [Benchmark(Description = "client, users counted: one user again and again")]
    public bool CountedAgain() => _counting.Route("segment", _counted[0]).IsNew;

    [Benchmark(Description = "Microsoft.FeatureManagement: targeting, group + percentage")]
    public bool Targeting() => _features.IsEnabledAsync("segment", _contexts[_next++ & (Users - 1)]).GetAwaiter().GetResult();

    private static IFeatureManager FeatureManager()
    {
        var settings = new Dictionary<string, string?>();
        foreach (var flag in Enumerable.Range(0, 100).Select(i => $"flag-{i}").Append("segment"))
        {
            var filter = $"FeatureManagement:{flag}:EnabledFor:0";
            settings[$"{filter}:Name"] = "Microsoft.Targeting";
            settings[$"{filter}:Parameters:Audience:Groups:0:Name"] = "beta";
            settings[$"{filter}:Parameters:Audience:Groups:0:RolloutPercentage"] = "100";
            settings[$"{filter}:Parameters:Audience:DefaultRolloutPercentage"] = "25";
        }

        var services = new ServiceCollection().AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddFeatureManagement().AddFeatureFilter<ContextualTargetingFilter>();
        return services.BuildServiceProvider().GetRequiredService<IFeatureManager>();
    }

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
