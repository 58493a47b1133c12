using System.Text.Json;
using CsCheck;
using Orchestrator.Domain.Notifications;

namespace Orchestrator.Domain.Tests.Notifications;

public sealed class ChannelQueueTests
{
    private static readonly DateTimeOffset Now = Some.Start;
    private static readonly Attempt Refused = new Attempt.Failed("it is down");

    [Theory]
    [InlineData(1, 4, 6)]
    [InlineData(2, 8, 12)]
    [InlineData(3, 16, 24)]
    [InlineData(10, 2048, 3072)]
    [InlineData(11, 2880, 4320)]
    [InlineData(1000, 2880, 4320)]
    public void Back_off_doubles_to_an_hour_and_is_spread(int attempts, double least, double most)
    {
        Assert.Equal(TimeSpan.FromSeconds(least), ChannelQueue.BackOff(attempts, 0));
        Assert.Equal(TimeSpan.FromSeconds(most), ChannelQueue.BackOff(attempts, 1));
    }

    [Fact]
    public void What_is_put_in_twice_is_there_once_even_after_it_was_delivered()
    {
        var queue = Filled(1, 3).Begin().End("e1-team", new Attempt.Accepted(), Now, 0.5);

        Assert.Equal(queue, queue.Add([Some.Notification(1), Some.Notification(2), Some.Notification(3)], Now));
        Assert.Equal(["e2-team", "e3-team"], queue.Pending.Select(d => d.Notification.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public void What_was_put_off_while_the_wall_clock_ran_ahead_is_due_when_it_is_right_again(int failures)
    {
        var ahead = Now.AddHours(3);
        var queue = ChannelQueue.Empty.Add([Some.Notification(1)], ahead);
        for (var i = 0; i < failures; i++)
        {
            queue = queue.Begin().End("e1-team", Refused, ahead, 1);
        }

        Assert.Equal("e1-team", queue.Due(Now)?.Notification.Id);
        Assert.Equal(failures > 0, queue.Due(ahead) is null);
    }

    [Fact]
    public void Nothing_overtakes_one_that_failed()
    {
        var queue = Filled(1, 2).Begin().End("e1-team", Refused, Now, 0.5);

        Assert.Null(queue.Due(Now));
        Assert.Null(queue.Due(Now.AddSeconds(4.9)));
        Assert.Equal("e1-team", queue.Due(Now.AddSeconds(5))?.Notification.Id);
        Assert.Equal("it is down", queue.Pending[0].LastError);
    }

    [Fact]
    public void One_that_fails_for_a_day_is_given_up_after_a_last_try_and_can_be_tried_again()
    {
        var (queue, now, tries) = (Filled(1, 1), Now, 0);
        while (!queue.Pending.IsEmpty)
        {
            now = queue.Pending[0].NextAt!.Value;
            queue = queue.Begin().End("e1-team", Refused, now, 0.5);
            Assert.True(++tries < 100);
        }

        Assert.Equal(Now.AddHours(24), now);
        var dead = Assert.Single(queue.Dead);
        Assert.Equal((DeliveryState.Dead, tries, now), (dead.State, dead.Attempts, dead.EndedAt));
        Assert.InRange(tries, 30, 40);

        var again = queue.Retry("e1-team", now.AddDays(3))!;
        Assert.Empty(again.Dead);
        Assert.Equal("e1-team", again.Due(now.AddDays(3))?.Notification.Id);
        Assert.Null(queue.Retry("e9-team", now));
    }

    [Fact]
    public void One_that_is_refused_for_good_is_given_up_at_once_and_the_next_follows()
    {
        var queue = Filled(1, 2).Begin().End("e1-team", new Attempt.Failed("no", ForGood: true), Now, 0.5);

        Assert.Equal("e1-team", Assert.Single(queue.Dead).Notification.Id);
        Assert.Equal("e2-team", queue.Due(Now)?.Notification.Id);
    }

    [Fact]
    public void What_waits_too_long_is_folded_but_for_critical_ones_and_the_one_being_tried()
    {
        var queue = ChannelQueue.Empty.Add([Some.Notification(1)], Now).Begin();
        queue = queue.Add([Some.Notification(2, Level.Critical), .. Enumerable.Range(3, 200).Select(i => Some.Notification(i))], Now);

        Assert.Equal(ChannelQueue.Most / 2, queue.Pending.Length);
        Assert.Equal(["e1-team", "e2-team"], queue.Pending.Take(2).Select(d => d.Notification.Id));
        var folded = queue.Pending[2].Notification;
        Assert.Equal((202 - 24, Now.AddMinutes(3)), (folded.Folded!.Count, folded.Folded.From));
        Assert.Equal($"{folded.EventId}-team-folded", folded.Id);
        Assert.Equal(202, queue.Newest);
        Assert.Equal(202, queue.Pending.Sum(d => d.Notification.Folded?.Count ?? 1));
    }

    [Fact]
    public void Every_notification_ends_told_folded_or_given_up_and_in_order()
    {
        Gen.Select(Gen.Int[0, 9].Array[1, 150], Gen.Int[0, 99]).Sample((doings, seed) =>
        {
            var (queue, now, position) = (ChannelQueue.Empty, Now, 0);
            foreach (var doing in doings)
            {
                now = now.AddMinutes(1);
                if (doing < 6)
                {
                    var level = (position + seed) % 7 == 0 ? Level.Critical : Level.Info;
                    queue = queue.Add([Some.Notification(++position, level), Some.Notification(Math.Max(1, position - 1), level)], now);
                }
                else if (queue.Due(now) is { } due)
                {
                    queue = queue.Begin().End(due.Notification.Id, doing == 6 ? new Attempt.Accepted() : Refused, now, 0.5);
                }

                queue = Stored(queue);
                var all = queue.All().ToArray();
                Assert.Equal(all.Length, all.DistinctBy(d => d.Notification.Id).Count());
                Assert.Equal(
                    queue.Pending.Select(d => d.Notification.Position).Order(), queue.Pending.Select(d => d.Notification.Position));
                Assert.Equal(position, all.Sum(d => d.Notification.Folded?.Count ?? 1));
            }
        });
    }

    private static ChannelQueue Filled(int from, int to) =>
        ChannelQueue.Empty.Add(Enumerable.Range(from, to - from + 1).Select(i => Some.Notification(i)), Now);

    /// <summary>As grain state comes back.</summary>
    private static ChannelQueue Stored(ChannelQueue queue) =>
        JsonSerializer.Deserialize<ChannelQueue>(JsonSerializer.SerializeToUtf8Bytes(queue))!;
}
