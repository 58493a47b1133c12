namespace Orchestrator.Storage.Azure;

/// <summary>Grain state in Azure cannot be used. The message is one sentence for whoever starts the process.</summary>
public sealed class AzureGrainStateException(string message, Exception? inner = null) : Exception(message, inner);
