using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Windows;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics;

/// <summary>
/// Windows that were asked and filled by a clock that was ahead, and go on with one that is right. Seconds count from noon.
/// </summary>
public sealed class ClockSetBackTests
{
    private const double Hour = 3600;
    private const double Month = 30 * 24 * Hour;

    /// <summary>Seconds by which the clock was ahead, and true where the windows were stored and read again since.</summary>
    public static TheoryData<double, bool> Jumps => new() { { Hour, false }, { Hour, true }, { Month, false }, { Month, true } };

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Sample_is_taken_at_once_after_the_clock_was_ahead(double ahead, bool stored)
    {
        var windows = Ahead(ahead, stored);
        Assert.Empty(windows.Add(Sample(3).Requests(100, 50), At(3)).Rejected);
        Assert.Empty(windows.Add(Sample(15).Requests(100, 50), At(15)).Rejected);
        Assert.Equal(0.5, windows.Of(ErrorRate, 15, minutes: 0.25).Value);
        Assert.Equal([At(3), At(15)],
            windows.Observe(new RoundQuery(Variant.New, Traffic.Live, Noon, []), Noon, At(15), 10).Select(seen => seen.At));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Sample_that_got_the_wrong_time_counts_neither_now_nor_when_that_time_has_come(double ahead, bool stored)
    {
        var windows = Ahead(ahead, stored);
        windows.Add(Sample(15).Requests(100, 0), At(15));
        windows.With(Sample(ahead).Requests(100, 0));
        Assert.Equal(100, windows.Of(ErrorRate, ahead + 3).Samples);
        Assert.Equal(0, windows.Of(ErrorRate, ahead + 3).Events);
    }

    [Fact]
    public void What_was_measured_before_the_jump_stays_known_and_counts_once()
    {
        var windows = Ahead(Hour, stored: false);
        windows.With(Every15(0, 3600, sample => sample.Requests(10, 0)));
        var read = Read(windows);
        foreach (var one in (MetricWindows[])[windows, read])
        {
            Assert.Equal(Every15(-600, 3600, sample => sample).Count() * 10, one.Of(ErrorRate, 3600, minutes: 120).Samples);
        }
    }

    [Fact]
    public void What_is_not_after_the_newest_sample_is_refused_and_the_message_says_why()
    {
        var windows = Ahead(Hour, stored: true);
        var error = Assert.Single(windows.Add(Sample(-30).Requests(1, 0), At(3)).Rejected);
        Assert.Equal(
            "2026-03-02T11:59:30Z is not after 2026-03-02T12:00:00Z, up to which samples are folded since the orchestrator's clock was set back.", error.Message);
    }

    [Theory]
    [InlineData(Hour)]
    [InlineData(Month)]
    [InlineData(-24 * Hour)]
    public void Sample_that_fits_only_the_doubted_clock_is_taken_at_the_same_distance_from_now(double ahead)
    {
        var windows = NoSamples();
        var intake = windows.Add([Sample(ahead - 5).Requests(10, 1), Sample(-5).Requests(20, 1), Sample(ahead + 7200).Requests(1000, 0)],
            Noon, TimeSpan.FromSeconds(ahead));
        Assert.Equal((2, 1), (intake.Accepted, intake.Rejected.Length));
        Assert.Equal(30, windows.Of(ErrorRate, 0).Samples);
        Assert.Single(windows.Add([Sample(0) with { At = DateTimeOffset.MaxValue }], Noon, TimeSpan.FromSeconds(ahead)).Rejected);
        Assert.Single(windows.Add([Sample(0) with { At = DateTimeOffset.MinValue }], Noon, TimeSpan.FromSeconds(ahead)).Rejected);
    }

    /// <summary>Ten minutes of samples, and three seconds in which the clock was ahead: asked, filled and counted into.</summary>
    private static MetricWindows Ahead(double ahead, bool stored)
    {
        var windows = NoSamples().With(Every15(-600, 0, sample => sample.Requests(10, 0).Times(100).Level(30)));
        windows.Observe(new RoundQuery(Variant.New, Traffic.Live, At(-600), []), Noon, At(ahead), 10);
        windows.Add(Sample(ahead).Requests(10, 10), At(ahead));
        windows.Count("complaints", 3, At(ahead));
        return stored ? Read(windows) : windows;
    }

    private static MetricWindows Read(MetricWindows windows)
    {
        var read = NoSamples();
        read.Restore(windows.Export());
        return read;
    }
}
