using Microsoft.Data.Sqlite;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage;

/// <summary>Tells what the store does to a start from what is a bug.</summary>
public static class StoreTrouble
{
    /// <summary>One sentence for the operator, however deep the cause lies; null when it is not the store's doing.</summary>
    public static string? Of(Exception? e) => e switch
    {
        null => null,
        StorageUnavailableException or StoreRefusedException => e.Message,
        SqliteException => StoreFile.Refusal("The store (orchestrator.db)", e)?.Message,
        AggregateException several => several.InnerExceptions.Select(Of).FirstOrDefault(found => found is not null),
        _ => Of(e.InnerException),
    };
}
