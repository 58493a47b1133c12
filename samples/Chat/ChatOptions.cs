namespace Orchestrator.Samples.Chat;

/// <summary>Section <c>Chat</c> of the configuration.</summary>
internal sealed class ChatOptions
{
    /// <summary>Where the orchestrator listens.</summary>
    public Uri Orchestrator { get; set; } = new("http://127.0.0.1:5080");

    /// <summary>A key of the evaluation role; without one the orchestrator refuses and everybody stays on legacy.</summary>
    public string EvaluationKey { get; set; } = "";

    /// <summary>A key of the ingest role; without one nothing is reported.</summary>
    public string IngestKey { get; set; } = "";

    /// <summary>The rollout that this service's numbers belong to.</summary>
    public string Rollout { get; set; } = "";

    public string Flag { get; set; } = "useNewArchitecture";

    public string ShadowFlag { get; set; } = "shadowProcessingEnabled";

    /// <summary>Longest wait of a user for the question "which path?"; after it the answer is legacy.</summary>
    public TimeSpan RoutingTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Real time between two reports.</summary>
    public TimeSpan PushInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Send this service's own clock with each sample. Leave off when the orchestrator's clock is not the wall clock.</summary>
    public bool StampSamples { get; set; }

    /// <summary>
    /// Regions to tell apart, as <c>eu,us</c>: what happened to their users on the new path is reported as segment <c>region-eu</c>. None
    /// by default.
    /// </summary>
    public string Regions { get; set; } = "";
}
