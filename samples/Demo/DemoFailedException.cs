namespace Orchestrator.Samples.Demo;

/// <summary>A promise of the demo was not kept; the message says what happened instead.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
