using System.Globalization;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>Name of a snapshot: everything by which one is chosen, so that none is read in vain.</summary>
/// <param name="Timeline">Timeline of the log.</param>
/// <param name="Position">Position of the newest event folded.</param>
/// <param name="LatestAt">Latest time of an event folded.</param>
/// <param name="Stamp"><see cref="StateStamp"/> of the build that wrote it.</param>
internal sealed record SnapshotName(long Timeline, long Position, DateTimeOffset LatestAt, string Stamp)
{
    /// <summary>A snapshot that this build can use.</summary>
    public bool IsOf(long timeline) => Timeline == timeline && Stamp == StateStamp.Current;

    public static SnapshotName Of(World world) => new(world.Timeline, world.Position, world.LatestAt, StateStamp.Current);

    /// <summary>The parts of a name; null for a name of another form.</summary>
    public static SnapshotName? Read(string name) =>
        name.Split('-') is [var timeline, var position, var ticks, { Length: 16 } stamp]
        && Number(timeline) is { } line && Number(position) is { } at && Number(ticks) is { } time && time <= DateTimeOffset.MaxValue.Ticks
            ? new SnapshotName(line, at, new DateTimeOffset(time, TimeSpan.Zero), stamp)
            : null;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Timeline}-{Position}-{LatestAt.UtcTicks}-{Stamp}");

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
