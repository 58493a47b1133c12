using Microsoft.Data.Sqlite;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage;

/// <summary>Errors of the store, as opposed to bugs of the product.</summary>
public static class StorageErrors
{
    /// <summary>One sentence for the operator, from the exception or a cause below it; null when the store is not the cause.</summary>
    public static string? Of(Exception? e) => e switch
    {
        null => null,
        StorageUnavailableException or StoreRefusedException => e.Message,
        SqliteException => StoreFile.Refusal("The store (orchestrator.db)", e)?.Message,
        AggregateException several => several.InnerExceptions.Select(Of).FirstOrDefault(found => found is not null),
        _ => Of(e.InnerException),
    };
}
