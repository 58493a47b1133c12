using Microsoft.Extensions.Logging;

namespace Orchestrator.Grains.World;

internal sealed partial class WorldFollower
{
    [LoggerMessage(LogLevel.Critical, "Stream {Stream} is held and its state stands still: {Reason}")]
    private partial void LogHeld(string stream, string reason);

    [LoggerMessage(LogLevel.Warning, "The log could not be read after position {Position}; trying again")]
    private partial void LogReadFailed(long position, Exception e);
}
