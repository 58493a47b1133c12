namespace Orchestrator.Samples.Demo;

/// <summary>What the demo promises did not happen; the message says what happened instead.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
