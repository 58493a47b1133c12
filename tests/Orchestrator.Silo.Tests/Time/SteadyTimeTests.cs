using Orchestrator.Grains.Time;
using Orchestrator.Silo.Tests.Lease;

namespace Orchestrator.Silo.Tests.Time;

public sealed class SteadyTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TwoClocks _clocks = new();
    private readonly SteadyTime _time;
    private readonly DateTimeOffset _began;

    public SteadyTimeTests() => (_time, _began) = (SteadyTime.On(_clocks), _clocks.GetUtcNow());

    /// <summary>An hour and 30 days ahead, a day back.</summary>
    public static TheoryData<TimeSpan> Jumps => [TimeSpan.FromHours(1), TimeSpan.FromDays(30), TimeSpan.FromDays(-1)];

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Jump_of_the_wall_clock_for_seconds_moves_nothing_and_is_in_doubt_meanwhile(TimeSpan jump)
    {
        _clocks.Jump(jump);
        Pass(3);
        Assert.Equal(_began + (3 * Second), _time.GetUtcNow());
        Assert.Equal((jump, _began + Second), (_time.Doubt!.Ahead, _time.Doubt.Since));

        _clocks.Jump(-jump);
        Pass(1);
        Assert.Equal(_began + (4 * Second), _time.GetUtcNow());
        Assert.Null(_time.Doubt);
        Assert.Equal((jump, false), (_time.LastJump!.Ahead, _time.LastJump.Believed));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Wall_clock_that_stands_for_the_confirmation_is_believed_and_not_before(TimeSpan jump)
    {
        _clocks.Jump(jump);
        Pass((int)SteadyTime.Confirmation.TotalSeconds);
        Assert.NotNull(_time.Doubt);
        Assert.Equal(_began + SteadyTime.Confirmation, _time.GetUtcNow());

        Pass(1);
        Assert.Equal(_clocks.GetUtcNow(), _time.GetUtcNow());
        Assert.Null(_time.Doubt);
        Assert.True(_time.LastJump!.Believed);
    }

    [Fact]
    public void Wall_clock_that_comes_back_in_between_is_confirmed_from_the_beginning()
    {
        for (var turn = 0; turn < 3; turn++)
        {
            _clocks.Jump(TimeSpan.FromDays(30));
            Pass(500);
            _clocks.Jump(TimeSpan.FromDays(-30));
            Pass(1);
        }

        Assert.Equal(_began + TimeSpan.FromSeconds(1503), _time.GetUtcNow());
    }

    [Fact]
    public void Wall_clock_that_the_store_contradicts_is_not_believed()
    {
        _clocks.Jump(TimeSpan.FromDays(30));
        for (var minute = 0; minute < 60; minute++)
        {
            Pass(60);
            _time.Refute();
        }

        Assert.Equal(_began + TimeSpan.FromHours(1), _time.GetUtcNow());
        Assert.NotNull(_time.Doubt);
    }

    [Fact]
    public void Time_that_was_not_read_confirms_nothing()
    {
        _clocks.Jump(TimeSpan.FromDays(30));
        Pass(1);
        _clocks.Advance(SteadyTime.Confirmation);
        Assert.Equal(_began + SteadyTime.Confirmation + Second, _time.GetUtcNow());
        Assert.NotNull(_time.Doubt);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void Drift_is_made_up_for_gradually_and_time_never_goes_back(int seconds)
    {
        _clocks.Jump(TimeSpan.FromSeconds(seconds));
        Assert.Equal(_began, _time.GetUtcNow());
        var before = _began;
        for (var i = 0; i < 100; i++)
        {
            Pass(1);
            var now = _time.GetUtcNow();
            Assert.InRange(now - before, 0.8 * Second, 1.2 * Second);
            before = now;
        }

        Assert.Equal(_clocks.GetUtcNow(), _time.GetUtcNow());
        Assert.Null(_time.LastJump);
    }

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _clocks.Advance(Second);
            _ = _time.GetUtcNow();
        }
    }
}
