using Microsoft.Extensions.Logging;

namespace Orchestrator.Grains.World;

internal sealed partial class WorldFollower
{
    [LoggerMessage(LogLevel.Critical, "Stream {Stream} is held and its state stands still: {Reason}")]
    private partial void LogHeld(string stream, string reason);

    [LoggerMessage(LogLevel.Warning, "The log was restored: timeline {Timeline} follows {Before}; everything is read anew from its first event")]
    private partial void LogTimeline(long timeline, long before);

    [LoggerMessage(LogLevel.Critical, "THE LOG WAS RESTORED: timeline {Timeline} follows {Before}, and this process holds rollouts as they were in {Before}. It stops now; start it again")]
    private partial void LogTimelineEnds(long timeline, long before);

    [LoggerMessage(LogLevel.Warning, "The log could not be read after position {Position}; trying again")]
    private partial void LogReadFailed(long position, Exception e);
}
