using Orchestrator.Grains.Routing;

namespace Orchestrator.Silo.Tests.Lease;

public sealed class UnwatchedRolloutsTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);
    private readonly TwoClocks _time = new();
    private readonly UnwatchedRollouts _rollouts;

    public UnwatchedRolloutsTests() => _rollouts = new(_time);

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void Guard_older_than_thirty_seconds_is_unwatched(int age, bool unwatched)
    {
        Look(40, 1);

        Assert.Equal(unwatched, Read(age));
    }

    [Fact]
    public void Old_guard_counts_only_after_thirty_seconds_of_looking()
    {
        Assert.False(Look(30, 1000));

        Assert.True(Look(2, 1000));
    }

    [Fact]
    public void Missing_guard_counts_from_when_the_rollout_was_first_seen_as_watched()
    {
        Look(60, 1, "another");

        Assert.False(Look(30, null));
        Assert.True(Look(2, null));
    }

    [Fact]
    public void Rollout_that_is_watched_again_begins_again()
    {
        Assert.True(Look(40, 1000));
        Assert.Empty(_rollouts.Read(new HashSet<string>(), Ages("r", 1000)));

        Assert.False(Look(30, 1000));
    }

    [Fact]
    public void Store_that_was_away_gives_the_watchers_thirty_seconds()
    {
        Look(40, 1);
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.False(Look(30, 100));
        Assert.True(Look(2, 100));
    }

    [Fact]
    public void Rollout_unwatched_before_an_outage_stays_so_until_its_guard_is_renewed()
    {
        Look(40, 1000);
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.True(Read(1000));
        Assert.False(Read(30));
    }

    /// <summary>Reads for so long; the last answer.</summary>
    private bool Look(int seconds, int? age, string rollout = "r")
    {
        var unwatched = false;
        for (var passed = 0; passed <= seconds; passed += 2)
        {
            unwatched = Read(age, rollout);
            _time.Advance(Step);
        }

        return unwatched;
    }

    private bool Read(int? age, string rollout = "r") =>
        _rollouts.Read(new HashSet<string> { rollout }, age is { } known ? Ages(rollout, known) : []).Contains(rollout);

    private static Dictionary<string, TimeSpan> Ages(string rollout, int age) => new() { [rollout] = TimeSpan.FromSeconds(age) };
}
