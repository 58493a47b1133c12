using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Sqlite;

internal sealed partial class GroupCommit
{
    [LoggerMessage(1, LogLevel.Error, "A transaction of {Count} writes failed before its commit; none of them was written")]
    private partial void LogBatchLost(Exception e, int count);

    [LoggerMessage(2, LogLevel.Error, "The commit of {Count} writes failed; the callers get an unknown outcome")]
    private partial void LogCommitFailed(Exception e, int count);

    [LoggerMessage(3, LogLevel.Error, "Reopening the store after a failed write failed; the next write retries it")]
    private partial void LogReopenFailed(Exception e);

    [LoggerMessage(
        4, LogLevel.Warning, "The checkpoint of the write-ahead log failed while closing; nothing is lost, the next start does it")]
    private partial void LogCheckpointFailed(Exception e);
}
