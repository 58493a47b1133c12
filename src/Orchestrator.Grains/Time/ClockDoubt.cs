using System.Globalization;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Grains.Time;

/// <summary>A doubt about the wall clock.</summary>
/// <param name="Ahead">Time by which it is ahead of steady time; negative where it is behind.</param>
/// <param name="Since">Steady time when it was noticed.</param>
public sealed record ClockDoubt(TimeSpan Ahead, DateTimeOffset Since)
{
    /// <summary>The difference as display text: <c>30d ahead</c>.</summary>
    internal static string Shown(TimeSpan ahead) => $"{Durations.Rounded(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead" : "behind")}";

    /// <summary>Display text of one sentence; the same as long as the doubt lasts.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"The server's wall clock is {Shown(Ahead)} since {Since:u} and is not trusted; rollouts wait until it is back or was steady for {Durations.Format(SteadyTime.Confirmation)}, rollbacks do not.");
}

/// <summary>A doubt that ended.</summary>
/// <param name="Ahead">Time by which the wall clock was ahead; negative where it was behind.</param>
/// <param name="From">Steady time when it was noticed.</param>
/// <param name="Until">Steady time when it ended.</param>
/// <param name="Believed">True when the wall clock was trusted in the end, false when it moved to another time.</param>
public sealed record ClockJump(TimeSpan Ahead, DateTimeOffset From, DateTimeOffset Until, bool Believed)
{
    /// <summary>Display text of one clause.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"the server's wall clock was {ClockDoubt.Shown(Ahead)} from {From:u} to {Until:u}{(Believed ? ", when it was trusted" : "")}");
}
