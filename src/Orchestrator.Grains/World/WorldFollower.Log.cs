using Microsoft.Extensions.Logging;

namespace Orchestrator.Grains.World;

internal sealed partial class WorldFollower
{
    [LoggerMessage(LogLevel.Critical, "Stream {Stream} is quarantined; its state no longer changes: {Reason}")]
    private partial void LogHeld(string stream, string reason);

    [LoggerMessage(LogLevel.Warning, "The log was restored: timeline {Timeline} follows {Before}; everything is read again from the first event")]
    private partial void LogTimeline(long timeline, long before);

    [LoggerMessage(LogLevel.Critical, "THE LOG WAS RESTORED: timeline {Timeline} follows {Before}, and this process has rollouts in memory as they were in {Before}. It stops now; restart it")]
    private partial void LogTimelineEnds(long timeline, long before);

    [LoggerMessage(LogLevel.Warning, "Reading the log after position {Position} failed; retrying")]
    private partial void LogReadFailed(long position, Exception e);
}
