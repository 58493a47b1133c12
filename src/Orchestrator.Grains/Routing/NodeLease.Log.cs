using Microsoft.Extensions.Logging;

namespace Orchestrator.Grains.Routing;

public sealed partial class NodeLease
{
    [LoggerMessage(LogLevel.Critical, "{Reason} This node answers as a stale one until it is restarted with a log that can be trusted")]
    private partial void LogCut(string reason);

    [LoggerMessage(LogLevel.Warning, "Reading the log's head failed; retrying every second: {Reason}")]
    private partial void LogReadFailed(string reason);

    [LoggerMessage(LogLevel.Information, "The log's head can be read again")]
    private partial void LogReadAgain();

    [LoggerMessage(LogLevel.Warning, "The routing table has not been confirmed for {Age:0.0} s, more than half of the lease of {Lease} s")]
    private partial void LogAging(double age, double lease);

    [LoggerMessage(LogLevel.Error, "THE ROUTING TABLE IS STALE: not confirmed for {Age:0.0} s, the lease is {Lease} s. Routed flags answer as their phase's onStale says")]
    private partial void LogStale(double age, double lease);

    [LoggerMessage(LogLevel.Warning, "The routing table is confirmed again, {Past:0.0} s after its lease expired; users who fell back to legacy return within {Ramp} s")]
    private partial void LogReturn(double past, double ramp);

    [LoggerMessage(LogLevel.Information, "The routing table is fresh")]
    private partial void LogFresh();
}
