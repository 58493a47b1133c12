using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>
/// For how long a table may be used: what a node granted, counted from before it was asked. The same arithmetic as a node's own lease, so
/// that a service falls and comes back as OFREP does.
/// </summary>
/// <param name="Since">Before the request was sent.</param>
/// <param name="For">What was granted.</param>
/// <param name="BackSince">When the table was last fresh again after having been stale; null while it never was.</param>
/// <param name="WorstPast">How far past its grant the table was then.</param>
internal sealed record Grant(Moment Since, TimeSpan For, Moment? BackSince = null, TimeSpan WorstPast = default)
{
    /// <summary>
    /// How far past its grant the table is; nought or less while it is valid. A grant that ran out while users were coming back is as far past
    /// as it was before: who had fallen to legacy and is not back has not left it.
    /// </summary>
    public TimeSpan Past(TimeProvider time)
    {
        var past = Since.Age(time) - For;
        return past > TimeSpan.Zero && WorstPast > past && !WasBack(time) ? WorstPast : past;
    }

    /// <summary>How sure this process is of its table.</summary>
    public Standing Standing(TimeProvider time) => Past(time) is { Ticks: > 0 } past ? Domain.Routing.Standing.Stale(past)
        : BackSince is { } back ? Domain.Routing.Standing.Returning(WorstPast, time.GetElapsedTime(back.Monotonic))
        : default;

    /// <summary>The grant after another one came; one that ends no later changes nothing.</summary>
    public Grant Renew(Moment since, TimeSpan granted, TimeProvider time)
    {
        if (Past(time) is { Ticks: > 0 } past)
        {
            // A grant that came too late to be of any use brings nobody back.
            return since.Age(time) < granted ? new Grant(since, granted, Moment.Now(time), past) : this;
        }

        var later = time.GetElapsedTime(Since.Monotonic, since.Monotonic) + granted > For;
        return !later ? this : BackSince is { } back && time.GetElapsedTime(back.Monotonic) >= Domain.Routing.Standing.Ramp
            ? new Grant(since, granted)
            : this with { Since = since, For = granted };
    }

    /// <summary>The grant, cut off at this moment.</summary>
    public Grant EndingNow(TimeProvider time) => this with { For = Since.Age(time) - TimeSpan.FromTicks(1) };

    private bool WasBack(TimeProvider time) =>
        BackSince is not { } back || time.GetElapsedTime(back.Monotonic, Since.Monotonic) + For >= Domain.Routing.Standing.Ramp;
}
