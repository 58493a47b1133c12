using System.Globalization;
using Orchestrator.Domain.Conditions;

namespace Orchestrator.Grains.Time;

/// <summary>A wall clock that is not believed.</summary>
/// <param name="Ahead">How far it is ahead of steady time; negative where it is behind.</param>
/// <param name="Since">Steady time when it was noticed.</param>
public sealed record ClockDoubt(TimeSpan Ahead, DateTimeOffset Since)
{
    /// <summary>The difference as a sentence says it: <c>30d ahead</c>.</summary>
    internal static string Shown(TimeSpan ahead) => $"{Durations.Rounded(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead" : "behind")}";

    /// <summary>One sentence for people; the same as long as the doubt lasts.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"The server's wall clock is {Shown(Ahead)} since {Since:u} and is not believed; rollouts wait until it is back or has stood for {Durations.Format(SteadyTime.Confirmation)}, rollbacks do not.");
}

/// <summary>A doubt that ended.</summary>
/// <param name="Ahead">How far the wall clock was ahead; negative where it was behind.</param>
/// <param name="From">Steady time when it was noticed.</param>
/// <param name="Until">Steady time when it ended.</param>
/// <param name="Believed">True where the wall clock was believed in the end, false where it went on to another time.</param>
public sealed record ClockJump(TimeSpan Ahead, DateTimeOffset From, DateTimeOffset Until, bool Believed)
{
    /// <summary>One clause for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"the server's wall clock was {ClockDoubt.Shown(Ahead)} from {From:u} to {Until:u}{(Believed ? ", when it was believed" : "")}");
}
