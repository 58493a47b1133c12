namespace Orchestrator.Grains.Log;

/// <summary>The store cannot be used now: at a start, a sentence that says what to do; later, that it did not answer. Nothing was changed.</summary>
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

    /// <summary>One sentence for the operator, without secrets, and what happened.</summary>
    public StorageUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
