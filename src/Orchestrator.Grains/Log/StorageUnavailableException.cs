namespace Orchestrator.Grains.Log;

/// <summary>
/// The store is unavailable. At a start the message says what to do; later, that the store did not answer. Nothing was changed.
/// </summary>
[GenerateSerializer]
public sealed class StorageUnavailableException : IOException
{
    /// <summary>For serializers.</summary>
    public StorageUnavailableException()
    {
    }

    /// <summary>One sentence for the operator, without secrets.</summary>
    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>One sentence for the operator, without secrets, and the exception behind it.</summary>
    public StorageUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
