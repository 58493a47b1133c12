using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>
/// Keeps the newest table on disk: when it changed, and now and then while it does not. One write at a time and on another thread: a disk
/// that hangs must not keep the table from being confirmed. For one caller. Never throws.
/// </summary>
internal sealed partial class TableKeeper(TableFile? file, TableHolder holder, TimeProvider time, ILogger<TableKeeper> logger)
{
    private static readonly TimeSpan Confirm = TimeSpan.FromMinutes(1);

    private EnvironmentTable? _kept;
    private long _at;

    /// <summary>Completes when what is under way is on disk, or could not be brought there.</summary>
    public Task Writing { get; private set; } = Task.CompletedTask;

    /// <summary>The table of an earlier start; null for none.</summary>
    public LocalTable? Begin()
    {
        if (file?.Read() is not { } kept)
        {
            return null;
        }

        holder.Keep(kept.Table, kept.Past);
        return kept.Table;
    }

    /// <summary>Sees to it that the disk has what the process has. What comes while a write is under way is written after the next question.</summary>
    public void Keep()
    {
        if (file is null || !Writing.IsCompleted)
        {
            return;
        }

        var held = holder.Current;
        if (held.Cut is not null)
        {
            _kept = null;
            Writing = Task.Run(() => Try(file.Delete));
        }
        else if (held is { Grant: { } grant, Table: { } table } && (!ReferenceEquals(table.Environment, _kept) || time.GetElapsedTime(_at) > Confirm))
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
            // Tried again when it changes, or in a while.
            LogNotKept(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The routing table could not be kept for the next start: {Reason}")]
    private partial void LogNotKept(string reason);
}
