namespace Orchestrator.Storage.Sqlite;

/// <summary>The data folder holds no store that this build may open. Nothing was changed.</summary>
public sealed class StoreRefusedException : InvalidOperationException
{
    /// <summary>One sentence for the operator, which names the file.</summary>
    public StoreRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>One sentence for the operator, which names the file, and the cause.</summary>
    public StoreRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
