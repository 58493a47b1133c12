namespace Orchestrator.Client;

/// <summary>
/// Counts the work of a service for each rollout, variant and segment, and pushes it to the orchestrator as the rollout's
/// metrics. Counting never blocks and never throws; without <see cref="OrchestratorOptions.IngestKey"/> nothing is counted.
/// Thread-safe.
/// </summary>
public interface IRolloutMetrics
{
    /// <summary>
    /// Samples that were given up because they could not be delivered in time, or that the orchestrator refused. Their time is a gap in the
    /// rollout's evidence. The log names the reason the first time, and again after a push was accepted.
    /// </summary>
    long Lost { get; }

    /// <summary>Reports the flag's rollout from now on, zeros too: no report and no failure are not the same.</summary>
    /// <param name="flag">The flag's key.</param>
    void Watch(string flag);

    /// <summary>
    /// Reports the flag's rollout and these counters from now on, as 0 until <see cref="Count"/> counts them. A counter that is
    /// not named here is reported from its first count on, for every variant and segment that is reported.
    /// </summary>
    /// <param name="flag">The flag's key.</param>
    /// <param name="counters">Names of counters, such as <c>payments</c> and <c>payments_failed</c>.</param>
    void Watch(string flag, params string[] counters);

    /// <summary>Counts a finished request: <c>requests</c>, <c>errors</c>, <c>http_5xx</c> and <c>response_time</c>.</summary>
    /// <param name="answer">The router's answer for the request; an answer without a rollout is not counted.</param>
    /// <param name="segment">
    /// Segments of the user, from <see cref="IRolloutRouter.SegmentsOf"/>: a key, or several joined by commas; null for none.
    /// </param>
    /// <param name="took">Duration of the request.</param>
    /// <param name="failed">True when it failed; the service defines a failure.</param>
    /// <param name="status">HTTP status; 500 and above counts as <c>http_5xx</c>. 0 for none.</param>
    void Request(in RouteResult answer, string? segment, TimeSpan took, bool failed, int status = 0);

    /// <summary>
    /// Counts events of the service itself, for a <c>ratio</c>, <c>rate</c> or <c>count</c> of the plan. Count a failure before
    /// the event that it is a share of. A process may have 50 series of its own, with names of letters, digits and
    /// <c>_ . : -</c>, at most 128 characters. A name that cannot be counted is left out, and the log names the reason.
    /// </summary>
    /// <param name="answer">The router's answer; an answer without a rollout is not counted.</param>
    /// <param name="segment">Segments of the user; null for none.</param>
    /// <param name="name">Name of the series, as the plan writes it.</param>
    /// <param name="by">Growth, from 0 to 10^15.</param>
    void Count(in RouteResult answer, string? segment, string name, long by = 1);

    /// <summary>
    /// Sets a level of the service itself, for a <c>gauge</c> of the plan. The newest level of an interval is reported, and
    /// none where none was set: set it in each <see cref="OrchestratorOptions.PushInterval"/>. Names are as in
    /// <see cref="Count"/>.
    /// </summary>
    /// <param name="answer">The router's answer for a user of the variant whose level it is.</param>
    /// <param name="segment">Segment whose level it is; null for none.</param>
    /// <param name="name">Name of the series, as the plan writes it.</param>
    /// <param name="level">The level: bytes, milliseconds or a plain number, finite.</param>
    void Gauge(in RouteResult answer, string? segment, string name, double level);

    /// <summary>
    /// Observes a value of the service itself, for a quantile of the plan. Reported in buckets: at most 0.8 % too high, or 6.3
    /// % where the values of an interval spread from 1 to a million. Names are as in <see cref="Count"/>.
    /// </summary>
    /// <param name="answer">The router's answer; an answer without a rollout is not counted.</param>
    /// <param name="segment">Segments of the user; null for none.</param>
    /// <param name="name">Name of the series, as the plan writes it.</param>
    /// <param name="value">The value: milliseconds of a time, bytes of a size, otherwise a plain number; finite.</param>
    void Observe(in RouteResult answer, string? segment, string name, double value);

    /// <summary>
    /// Counts that a user saw a variant, once for each user, variant and push interval: <c>exposures</c>. Of very many users
    /// some count twice.
    /// </summary>
    /// <param name="answer">The router's answer.</param>
    /// <param name="user">The user; a user without a key is not counted.</param>
    void Exposure(in RouteResult answer, RolloutUser user);
}
