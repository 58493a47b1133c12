using Orchestrator.Grains.Time;
using Orchestrator.Silo.Tests.Lease;

namespace Orchestrator.Silo.Tests.Time;

public sealed class KeptTimeTests
{
    private const string Boot = "run-1";
    private readonly TwoClocks _clocks = new();
    private readonly DateTimeOffset _began;
    private readonly ClockMark _mark;

    public KeptTimeTests()
    {
        _began = _clocks.GetUtcNow();
        _mark = new ClockMark(Boot, _clocks.GetTimestamp(), _clocks.TimestampFrequency, _began);
        _clocks.Advance(TimeSpan.FromMinutes(5));
    }

    private DateTimeOffset Now => _began + TimeSpan.FromMinutes(5);

    [Theory]
    [MemberData(nameof(SteadyTimeTests.Jumps), MemberType = typeof(SteadyTimeTests))]
    public void Restart_with_a_wrong_wall_clock_continues_by_the_monotonic_one(TimeSpan jump)
    {
        _clocks.Jump(jump);
        var time = PersistedTime.Continue(_clocks, Boot, _mark, _began, store: _clocks.GetUtcNow());
        Assert.Equal((Now, jump), (time.GetUtcNow(), time.Doubt?.Ahead));

        _clocks.Jump(-jump);
        Assert.Equal((Now, null), (time.GetUtcNow(), time.Doubt));
    }

    [Theory]
    [MemberData(nameof(SteadyTimeTests.Jumps), MemberType = typeof(SteadyTimeTests))]
    public void Restart_of_the_machine_takes_up_the_last_mark_until_the_wall_clock_is_believed(TimeSpan jump)
    {
        _clocks.Jump(jump);
        var time = PersistedTime.Continue(_clocks, "run-2", _mark, recorded: Now, store: null);
        Assert.Equal((Now, jump), (time.GetUtcNow(), time.Doubt?.Ahead));
    }

    [Fact]
    public void Restart_never_begins_before_the_newest_event()
    {
        var newest = Now + TimeSpan.FromDays(1);
        Assert.Equal(newest, PersistedTime.Continue(_clocks, null, null, newest, null).GetUtcNow());
        Assert.Equal(newest, PersistedTime.Continue(_clocks, "run-2", _mark, newest, store: Now).GetUtcNow());
    }

    [Theory]
    [MemberData(nameof(SteadyTimeTests.Jumps), MemberType = typeof(SteadyTimeTests))]
    public void Restart_without_a_mark_takes_the_earlier_of_the_wall_clock_and_the_store(TimeSpan jump)
    {
        _clocks.Jump(jump);
        var time = PersistedTime.Continue(_clocks, Boot, null, recorded: null, store: Now);
        Assert.Equal(jump < TimeSpan.Zero ? Now + jump : Now, time.GetUtcNow());
    }

    [Fact]
    public void Restart_without_anything_to_compare_with_takes_the_wall_clock() =>
        Assert.Equal((Now, null), (PersistedTime.Continue(_clocks, Boot, null, null, null).GetUtcNow(),
            PersistedTime.Continue(_clocks, Boot, null, null, null).Doubt));

    [Fact]
    public void Mark_is_kept_in_a_file_and_a_broken_one_is_none()
    {
        var folder = Directory.CreateTempSubdirectory("clock-").FullName;
        var file = new ClockMarkFile(Path.Combine(folder, "data", "clock.json"), Boot);
        Assert.Null(file.Read());
        file.Keep(SteadyTime.On(_clocks));
        Assert.Equal(new ClockMark(Boot, _clocks.GetTimestamp(), _clocks.TimestampFrequency, Now), file.Read());
        Assert.Equal(["clock.json"], Directory.GetFiles(Path.Combine(folder, "data")).Select(Path.GetFileName));

        File.WriteAllText(Path.Combine(folder, "data", "clock.json"), "{ half");
        Assert.Null(file.Read());
        Directory.Delete(folder, recursive: true);
    }
}
