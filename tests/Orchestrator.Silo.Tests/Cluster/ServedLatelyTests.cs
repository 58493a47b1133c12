using Microsoft.Extensions.Time.Testing;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Silo.Tests.Cluster;

public sealed class ServedLatelyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Tables _tables = new(Routed("f", "r1"));

    [Fact]
    public void Answers_of_the_last_minute_are_counted_and_older_ones_are_not()
    {
        var served = new ServedLately(_tables, _time);
        Answer(3);
        Assert.Equal((3, 0), Counted(served));
        for (var i = 0; i < 12; i++)
        {
            _time.Advance(ServedLately.Spacing);
            Assert.Equal((3, 0), Counted(served));
        }

        Answer(2);
        _time.Advance(ServedLately.Spacing);
        Assert.Equal((2, 0), Counted(served));
        Assert.InRange(served.Look().Seconds, 60, 66);
    }

    [Fact]
    public void Flag_without_an_answer_is_not_in_the_report() => Assert.Empty(new ServedLately(_tables, _time).Look().Flags);

    [Fact]
    public void Count_that_began_again_is_whole()
    {
        var served = new ServedLately(_tables, _time);
        Answer(5);
        _time.Advance(ServedLately.Spacing);
        served.Look();
        _tables.Current = Routed("f", "r1");
        Answer(1);
        _time.Advance(ServedLately.Span);
        Assert.Equal((1, 0), Counted(served));
    }

    private void Answer(int times)
    {
        Assert.True(_tables.Current.Environment("production")!.TryFind("f", out var flag));
        for (var i = 0; i < times; i++)
        {
            flag!.Served!.Count(RouteVariant.New);
        }
    }

    private static (long New, long Legacy) Counted(ServedLately served) =>
        served.Look().Flags is [var flag] ? (flag.New, flag.Legacy) : (0, 0);

    private static RoutingTable Routed(string flag, string rollout) => RoutingTable.Compile(new TableModel(1,
    [
        new EnvironmentModel
        {
            Name = "production",
            Routes =
            [
                new RoutedFlag
                {
                    Flag = flag,
                    Rollout = rollout,
                    RolloutVersion = 1,
                    Salt = "s",
                    Mode = RouteMode.Split,
                    Percentage = Share.All,
                },
            ],
        },
    ]));

    private sealed class Tables(RoutingTable first) : IRoutingTables
    {
        public RoutingTable Current { get; set; } = first;
    }
}
