using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Lease;

public sealed class NodeLeaseTests : ILogHead
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly TwoClocks _time = new();
    private readonly NodeLease _lease;
    private Func<LogHead> _head = () => new LogHead(1, 5);

    public NodeLeaseTests() => _lease =
        new NodeLease(this, new LogHeadSignal(), new LeaseSettings(Lease, _time, HoldsGrains: false), NullLogger<NodeLease>.Instance);

    private TableTrust Trust => _lease.Now().Trust;

    public LogHead Read(TimeSpan limit) => _head();

    [Fact]
    public void Node_is_stale_until_its_table_has_reached_a_head()
    {
        Assert.True(Trust.IsStale);
        _lease.Read();
        Assert.True(Trust.IsStale);
        Table(4);
        Assert.True(Trust.IsStale);

        Table(5);

        Assert.Equal(default, Trust);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Table_older_than_the_lease_is_stale(long ticksPast, bool stale)
    {
        Fresh();

        _time.Advance(Lease + TimeSpan.FromTicks(ticksPast));

        Assert.Equal((stale, TimeSpan.FromTicks(stale ? 1 : 0)), (Trust.IsStale, Trust.Past));
    }

    [Fact]
    public void Age_counts_from_before_the_head_was_asked_for()
    {
        Table(5);
        _head = () =>
        {
            _time.Advance(Second * 3);
            return new LogHead(1, 5);
        };

        _lease.Read();

        Assert.Equal(Second * 3, _lease.Age);
    }

    [Fact]
    public void Table_that_reaches_a_head_late_is_as_fresh_as_that_reading()
    {
        Fresh();
        _head = () => new LogHead(1, 9);
        _time.Advance(Second * 4);
        _lease.Read();
        _time.Advance(Second * 4);
        Assert.Equal(Second * 8, _lease.Age);

        Table(8);
        Assert.Equal(Second * 8, _lease.Age);
        Table(9);

        Assert.Equal(Second * 4, _lease.Age);
    }

    [Fact]
    public void Table_that_always_lags_is_fresh_as_of_the_newest_head_it_has()
    {
        Table(5);
        for (var position = 5; position < 100; position++)
        {
            _head = () => new LogHead(1, position);
            _lease.Read();
            _time.Advance(Second);
            Table(position - 2);
        }

        Assert.Equal(Second * 3, _lease.Age);
        Assert.False(Trust.IsStale);
    }

    [Fact]
    public void Reading_that_is_itself_older_than_the_lease_makes_nothing_fresh()
    {
        Fresh();
        _head = () => new LogHead(1, 9);
        _lease.Read();
        _time.Advance(Lease + Tick);

        Table(9);

        Assert.True(Trust.IsStale);
    }

    [Fact]
    public void News_and_failed_readings_do_not_extend_the_lease()
    {
        Fresh();
        _head = () => throw new TimeoutException("away");
        for (var i = 6; i < 20; i++)
        {
            _time.Advance(Second);
            Table(i);
            _lease.Read();
        }

        Assert.True(Trust.IsStale);
    }

    [Fact]
    public void Wall_clock_that_jumps_forward_ends_the_lease()
    {
        Fresh();

        _time.Jump(Lease + Tick);

        Assert.True(Trust.IsStale);
    }

    [Fact]
    public void Wall_clock_that_jumps_back_does_not_extend_the_lease()
    {
        Fresh();
        _time.Jump(TimeSpan.FromHours(-1));

        _time.Advance(Lease + Tick);

        Assert.True(Trust.IsStale);
    }

    [Fact]
    public void Return_is_ramped_from_the_moment_the_lease_is_valid_again()
    {
        Fresh();
        _time.Advance(Lease + Second);
        _lease.Read();

        Assert.Equal((false, Second, Share.None), (Trust.IsStale, Trust.Past, Trust.Returned));
        Later(15);
        Assert.Equal((false, Second, Share.OfPercent(50)), (Trust.IsStale, Trust.Past, Trust.Returned));
        Later(15);
        Assert.Equal(default, Trust);
    }

    [Fact]
    public void Process_that_was_stopped_returns_by_the_ramp_though_it_was_never_seen_stale()
    {
        Fresh();
        _time.Advance(TimeSpan.FromMinutes(1));

        _lease.Read();

        Assert.Equal((TimeSpan.FromSeconds(50), Share.None), (Trust.Past, Trust.Returned));
    }

    [Fact]
    public void Lease_that_runs_out_while_users_come_back_is_as_far_past_as_before()
    {
        Fresh();
        _time.Advance(Lease + TimeSpan.FromMinutes(6));
        _lease.Read();
        Later(5);
        _time.Advance(Lease + Second);

        Assert.Equal((true, TimeSpan.FromMinutes(6)), (Trust.IsStale, Trust.Past));
        _lease.Read();
        Assert.Equal((false, TimeSpan.FromMinutes(6), Share.None), (Trust.IsStale, Trust.Past, Trust.Returned));

        Later(30);
        _time.Advance(Lease + Second);
        Assert.Equal(Second, Trust.Past);
    }

    [Fact]
    public void Answer_may_leave_only_while_the_freshness_it_was_decided_on_is_valid()
    {
        Fresh();
        var snapshot = _lease.Now();
        _time.Advance(Lease);
        _lease.Read();
        Assert.True(_lease.Holds(snapshot));

        _time.Advance(Tick);

        Assert.False(Trust.IsStale);
        Assert.False(_lease.Holds(snapshot));
        Assert.True(_lease.Holds(_lease.Now()));
    }

    [Fact]
    public void Stale_answer_may_always_leave()
    {
        Fresh();
        _time.Advance(Lease + Tick);

        Assert.True(_lease.Holds(_lease.Now()));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(0, 9)]
    public void Head_behind_the_table_holds_the_node_stale_whatever_comes(long timeline, long position)
    {
        Fresh();
        var decided = _lease.Now();
        _head = () => new LogHead(timeline, position);
        _lease.Read();

        Assert.True(Trust.IsStale);
        Assert.False(_lease.Holds(decided));
        Assert.Contains("cut", Assert.Single(_lease.Alarms, alarm => alarm.Contains("timeline", StringComparison.Ordinal)), StringComparison.Ordinal);

        _head = () => new LogHead(1, 6);
        _lease.Read();
        Table(6);
        Assert.True(Trust.IsStale);

        _head = () => new LogHead(2, 6);
        _lease.Read();
        Assert.True(Trust.IsStale);
        Table(6, timeline: 2);
        Assert.Equal((false, Share.None), (Trust.IsStale, Trust.Returned));
        Assert.True(Trust.Past > TimeSpan.Zero);
    }

    [Fact]
    public void Table_that_overtakes_a_reading_under_way_is_no_cut()
    {
        Fresh();
        _head = () =>
        {
            Table(8);
            return new LogHead(1, 6);
        };

        _lease.Read();

        Assert.Equal(default, Trust);
        Assert.Empty(_lease.Alarms);
    }

    [Fact]
    public void Head_of_a_new_timeline_does_not_confirm_a_table_of_the_old()
    {
        Fresh();
        _head = () => new LogHead(2, 5);
        _time.Advance(Second * 4);
        _lease.Read();
        Assert.Equal(Second * 4, _lease.Age);

        Table(5, timeline: 2);

        Assert.Equal(TimeSpan.Zero, _lease.Age);
    }

    [Fact]
    public void Alarm_begins_past_half_of_the_lease()
    {
        Fresh();
        _time.Advance(Lease / 2);
        Assert.Empty(_lease.Alarms);

        _time.Advance(Tick);

        Assert.Single(_lease.Alarms);
    }

    private void Fresh()
    {
        Table(5);
        _lease.Read();
        Assert.Equal(default, Trust);
    }

    private void Later(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(Second);
            _lease.Read();
        }
    }

    private void Table(long position, long timeline = 1) =>
        _lease.Changed(World.Empty with { Timeline = timeline, Position = position }, new HashSet<string>());
}
