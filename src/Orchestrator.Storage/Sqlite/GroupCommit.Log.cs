using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Sqlite;

internal sealed partial class GroupCommit
{
    [LoggerMessage(1, LogLevel.Error, "A transaction of {Count} writes failed before its commit; nothing of it was written")]
    private partial void LogBatchLost(Exception e, int count);

    [LoggerMessage(2, LogLevel.Error, "The commit of {Count} writes failed; their callers are told that the outcome is unknown")]
    private partial void LogCommitFailed(Exception e, int count);

    [LoggerMessage(3, LogLevel.Error, "The store could not be reopened after a failed write; the next write tries again")]
    private partial void LogReopenFailed(Exception e);

    [LoggerMessage(4, LogLevel.Warning, "The write-ahead log could not be moved into the store while closing; nothing is lost, the next start does it")]
    private partial void LogCheckpointFailed(Exception e);
}
