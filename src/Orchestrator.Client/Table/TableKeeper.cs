using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>
/// Keeps the newest table on disk: after each change, and once a minute without one. One write at a time and on another thread:
/// a disk that hangs must not keep the table from being confirmed. For one caller. Never throws.
/// </summary>
internal sealed partial class TableKeeper(TableFile? file, TableHolder holder, TimeProvider time, ILogger<TableKeeper> logger)
{
    private static readonly TimeSpan Confirm = TimeSpan.FromMinutes(1);

    private EnvironmentTable? _kept;
    private long _at;

    /// <summary>Completes when the current write has ended, with or without success.</summary>
    public Task Writing { get; private set; } = Task.CompletedTask;

    /// <summary>Loads the cached table of an earlier start; null for none.</summary>
    public LocalTable? Begin()
    {
        if (file?.Read() is not { } kept)
        {
            return null;
        }

        holder.Keep(kept.Table, kept.Past);
        return kept.Table;
    }

    /// <summary>Writes the current table unless the disk has it. A change during a write is written after the next request.</summary>
    public void Keep()
    {
        if (file is null || !Writing.IsCompleted)
        {
            return;
        }

        var snapshot = holder.Current;
        if (snapshot.Cut is not null)
        {
            _kept = null;
            Writing = Task.Run(() => Try(file.Delete));
        }
        else if (snapshot is { Grant: { } grant, Table: { } table }
            && (!ReferenceEquals(table.Environment, _kept) || time.GetElapsedTime(_at) > Confirm))
        {
            (_kept, _at) = (table.Environment, time.GetTimestamp());
            Writing = Task.Run(() => Try(() => file.Write(table, grant.For - grant.Since.Age(time))));
        }
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e)
        {
            // The next change or the next minute tries again.
            LogNotWritten(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Failed to write the routing table to the cache file: {Reason}")]
    private partial void LogNotWritten(string reason);
}
