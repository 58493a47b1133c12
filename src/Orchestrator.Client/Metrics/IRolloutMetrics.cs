namespace Orchestrator.Client;

/// <summary>
/// Counts what a service does for each rollout, variant and segment, and pushes it to the orchestrator as the rollout's metrics. Counting never
/// waits and never fails; without <see cref="OrchestratorOptions.IngestKey"/> nothing is counted. Thread-safe.
/// </summary>
public interface IRolloutMetrics
{
    /// <summary>Samples that could not be delivered in time and were given up, or were refused. Their time is a gap in the rollout's evidence.</summary>
    long Lost { get; }

    /// <summary>Reports of this flag's rollout from now on, zeros too: silence and nothing going wrong are not the same.</summary>
    /// <param name="flag">The flag's key.</param>
    void Watch(string flag);

    /// <summary>Counts a finished request: <c>requests</c>, <c>errors</c>, <c>http_5xx</c> and <c>response_time</c>.</summary>
    /// <param name="answer">What the router answered for it; one without a rollout is not counted.</param>
    /// <param name="segment">The segments its user is counted to, of <see cref="IRouter.SegmentsOf"/>: a key, or several joined by commas; null for none.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="failed">Whether it failed, by whatever the service calls a failure.</param>
    /// <param name="status">Its HTTP status; 500 and above counts as <c>http_5xx</c>. 0 when it has none.</param>
    void Request(in RouteResult answer, string? segment, TimeSpan took, bool failed, int status = 0);

    /// <summary>Counts that a user saw a variant, once for each user, variant and push interval: <c>exposures</c>. Of very many users some count twice.</summary>
    /// <param name="answer">What the router answered.</param>
    /// <param name="user">The user; one without a key is not counted.</param>
    void Exposure(in RouteResult answer, User user);
}
