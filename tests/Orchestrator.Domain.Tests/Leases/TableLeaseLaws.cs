using CsCheck;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Domain.Tests.Leases;

/// <summary>
/// Laws of the arithmetic by which nodes and clients of a node use a table, over any order of questions, answers, sleeps and settings of
/// clocks.
/// </summary>
public sealed class TableLeaseLaws
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly ClockReading Start = new(TimeSpan.FromDays(3), new DateTime(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc).Ticks);

    /// <summary>One thing that happens to a process.</summary>
    /// <param name="Passes">Time that passes on both clocks first, in tenths of a second.</param>
    /// <param name="Jump">The wall clock is set by so much, in tenths of a second.</param>
    /// <param name="Answer">An answer comes to a question that was sent so long ago, in tenths of a second; null for none.</param>
    /// <param name="Length">Granted by it, in seconds.</param>
    private sealed record Happening(int Passes, int Jump, int? Answer, int Length);

    private static readonly Gen<Happening[]> Histories = Gen.Select(
        Gen.Frequency((4, Gen.Int[0, 60]), (1, Gen.Int[60, 900])),
        Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[-100, 100])),
        Gen.Frequency((1, Gen.Const((int?)null)), (3, Gen.Int[0, 150].Select(ago => (int?)ago))),
        Gen.Int[0, 12],
        (passes, jump, answer, length) => new Happening(passes, jump, answer, length)).Array[1, 30];

    [Fact]
    public void A_table_is_used_only_within_a_confirmation_of_it() => Histories.Sample(history =>
    {
        var confirmations = new List<(ClockReading Since, TimeSpan Length)>();
        foreach (var (lease, now, confirmed) in Run(history))
        {
            confirmations.AddRange(confirmed);
            Assert.True(lease?.IsValid(now) != true || confirmations.Any(one => one.Since.Age(now) <= one.Length));
            Assert.Equal(lease?.IsValid(now) == true, lease is not null && !TableTrust.Of(lease, now).IsStale);
        }
    });

    [Fact]
    public void A_confirmation_never_shortens_a_valid_lease() => Histories.Sample(history =>
    {
        TableLease? before = null;
        foreach (var (lease, now, _) in Run(history))
        {
            Assert.True(before?.IsValid(now) != true || lease!.Since.Monotonic + lease.For >= before.Since.Monotonic + before.For);
            before = lease;
        }
    });

    [Fact]
    public void Users_come_back_slowly_and_none_before_the_worst_stale_time_is_known() => Histories.Sample(history =>
    {
        var (stale, past) = (false, TimeSpan.Zero);
        foreach (var (lease, now, _) in Run([.. history.Select(one => one with { Jump = 0 })]).Where(one => one.Lease is not null))
        {
            var trust = TableTrust.Of(lease!, now);
            if (stale && !trust.IsStale)
            {
                Assert.Equal((true, Share.None), (trust.IsReturning, trust.Returned));
                Assert.True(trust.Past >= past);
            }

            (stale, past) = (trust.IsStale, trust.Past);
        }
    });

    [Fact]
    public void A_wall_clock_that_is_set_ends_a_lease_early_and_never_late() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[-900, 900]).Sample((passes, jump) =>
    {
        var lease = TableLease.First(Start, 10 * Second, Start)!;
        var now = Later(Start, passes);

        return lease.Past(now with { Wall = now.Wall + (Tenths(jump).Ticks) }) >= lease.Past(now with { Wall = 0 })
            && (jump > 0 || lease.Past(now with { Wall = now.Wall + Tenths(jump).Ticks }) == lease.Past(now));
    });

    [Fact]
    public void A_client_that_is_granted_the_rest_of_a_lease_ends_no_later() =>
        Gen.Select(Gen.Int[0, 120], Gen.Int[0, 50], Gen.Int[0, 150]).Sample((age, underWay, passes) =>
    {
        var node = TableLease.First(Start, 10 * Second, Start)!;
        var sent = Later(Start, age);
        var answered = Later(sent, underWay);
        var client = TableLease.First(sent, node.Left(answered), answered);
        var now = Later(answered, passes);

        return node.Left(answered) == TimeSpan.Zero || client?.IsValid(now) != true || node.IsValid(now);
    });

    [Fact]
    public void After_a_cut_no_table_is_valid_and_its_users_come_back_slowly() => Histories.Sample(history =>
    {
        foreach (var (lease, now, _) in Run(history).Where(one => one.Lease is not null))
        {
            var cut = now.Before(Second);
            Assert.True(lease!.Past(now, cut) >= Second && lease.Past(now, cut) >= lease.Past(now));
            Assert.True(TableTrust.Of(lease, now, cut).IsStale);
            var after = TableTrust.Of(lease.Renew(now, 10 * Second, now, cut), now);
            Assert.Equal((true, Share.None, lease.Past(now, cut)), (after.IsReturning, after.Returned, after.Past));
        }
    });

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_lease_ends_with_its_last_tick(long ticks, bool valid)
    {
        var lease = TableLease.First(Start, 10 * Second, Start)!;
        var now = Start.Before(-(10 * Second) - TimeSpan.FromTicks(ticks));

        Assert.Equal((valid, TimeSpan.FromTicks(ticks)), (lease.IsValid(now), lease.Past(now)));
        Assert.Equal(valid ? TimeSpan.FromTicks(-ticks) : TimeSpan.Zero, lease.Left(now));
        Assert.False(lease.EndingNow(now).IsValid(now));
    }

    [Fact]
    public void A_lease_that_ends_while_users_come_back_is_as_far_past_as_before()
    {
        var lease = TableLease.First(Start, 10 * Second, Start)!;
        var back = Later(Start, 3700);
        lease = lease.Renew(back, 10 * Second, back);
        Assert.Equal((false, 360 * Second), (TableTrust.Of(lease, back).IsStale, TableTrust.Of(lease, back).Past));

        var again = Later(back, 110);
        Assert.Equal((true, 360 * Second), (TableTrust.Of(lease, again).IsStale, TableTrust.Of(lease, again).Past));

        var late = Later(back, 250);
        for (var tenths = 0; tenths <= 300; tenths += 50)
        {
            lease = lease.Renew(Later(late, tenths), 10 * Second, Later(late, tenths));
        }

        Assert.True(TableTrust.Of(lease, Later(late, 300)).IsPlain);
        Assert.Equal(Second, lease.Past(Later(late, 410)));
    }

    [Fact]
    public void A_client_of_a_returning_node_goes_on_where_the_node_is() => Gen.Int[0, 100_000].Sample(returned =>
    {
        var node = NodeReturn.Of(60 * Second, Share.Of(returned));
        var trust = TableTrust.Of(TableLease.First(Start, 10 * Second, Start, node)!, Start);

        return returned == 100_000
            ? trust.IsPlain
            : trust.IsReturning && trust.Past == 60 * Second && trust.Returned == Share.Of(returned);
    });

    [Theory]
    [InlineData(1_000_000_000, 1_234_567_899, 12_345_678)]
    [InlineData(10_000_000, 12_345_678, 12_345_678)]
    [InlineData(24_000_000, 24_000_001, 10_000_000)]
    public void Timestamps_of_any_frequency_become_ticks(long frequency, long timestamp, long ticks) =>
        Assert.Equal(new ClockReading(TimeSpan.FromTicks(ticks), Start.Wall),
            ClockReading.Of(timestamp, frequency, new DateTimeOffset(Start.Wall, TimeSpan.Zero)));

    [Fact]
    public void Leases_from_before_an_event_have_ended_after_the_lease_even_with_slow_clocks()
    {
        Assert.False(LeaseBounds.HaveEnded((11 * Second) - Tick, 10 * Second));
        Assert.True(LeaseBounds.HaveEnded(11 * Second, 10 * Second));
    }

    /// <summary>The lease after each happening, with the moment and the confirmation that came.</summary>
    private static IEnumerable<(TableLease? Lease, ClockReading Now, (ClockReading Since, TimeSpan Length)[] Confirmed)> Run(
        Happening[] history)
    {
        var (lease, now) = ((TableLease?)null, Start);
        foreach (var one in history)
        {
            now = Later(now, one.Passes);
            now = now with { Wall = now.Wall + Tenths(one.Jump).Ticks };
            if (one.Answer is { } ago)
            {
                var (sent, length) = (now.Before(Tenths(ago)), one.Length * Second);
                lease = lease is null ? TableLease.First(sent, length, now) : lease.Renew(sent, length, now);
                yield return (lease, now, [(sent, length)]);
            }
            else
            {
                yield return (lease, now, []);
            }
        }
    }

    private static ClockReading Later(ClockReading reading, int tenths) => reading.Before(-Tenths(tenths));

    private static TimeSpan Tenths(int tenths) => TimeSpan.FromMilliseconds(100L * tenths);
}
