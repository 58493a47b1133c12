namespace Orchestrator.Client;

/// <summary>
/// Counts what a service does for each rollout, variant and segment, and pushes it to the orchestrator as the rollout's metrics. Counting never
/// waits and never fails; without <see cref="OrchestratorOptions.IngestKey"/> nothing is counted. Thread-safe.
/// </summary>
public interface IRolloutMetrics
{
    /// <summary>
    /// Samples that could not be delivered in time and were given up, or that the orchestrator refused. Their time is a gap in the rollout's evidence. The log says why
    /// the first time, and again after a push was taken.
    /// </summary>
    long Lost { get; }

    /// <summary>Reports of this flag's rollout from now on, zeros too: silence and nothing going wrong are not the same.</summary>
    /// <param name="flag">The flag's key.</param>
    void Watch(string flag);

    /// <summary>
    /// The same, with counters of the service's own: they are reported as 0 from now on while <see cref="Count"/> does not count them. A counter that nobody
    /// named here is reported from its first count on, for every variant and segment that is reported.
    /// </summary>
    /// <param name="flag">The flag's key.</param>
    /// <param name="counters">Names of counters, such as <c>payments</c> and <c>payments_failed</c>.</param>
    void Watch(string flag, params string[] counters);

    /// <summary>Counts a finished request: <c>requests</c>, <c>errors</c>, <c>http_5xx</c> and <c>response_time</c>.</summary>
    /// <param name="answer">What the router answered for it; one without a rollout is not counted.</param>
    /// <param name="segment">The segments its user is counted to, of <see cref="IRouter.SegmentsOf"/>: a key, or several joined by commas; null for none.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="failed">Whether it failed, by whatever the service calls a failure.</param>
    /// <param name="status">Its HTTP status; 500 and above counts as <c>http_5xx</c>. 0 when it has none.</param>
    void Request(in RouteResult answer, string? segment, TimeSpan took, bool failed, int status = 0);

    /// <summary>
    /// Counts something of the service's own, for a <c>ratio</c>, <c>rate</c> or <c>count</c> of the plan. Of an event and its failure count the failure first.
    /// A process may have 50 series of its own, named by letters, digits, <c>_ . : -</c> (128 at most); a name that cannot be counted is left out, and the log says why.
    /// </summary>
    /// <param name="answer">What the router answered for it; one without a rollout is not counted.</param>
    /// <param name="segment">The segment its user is counted to; null for none.</param>
    /// <param name="name">The series as the plan names it.</param>
    /// <param name="by">How much it grew, from 0 to 10^15.</param>
    void Count(in RouteResult answer, string? segment, string name, long by = 1);

    /// <summary>
    /// Reads a level of the service's own, for a <c>gauge</c> of the plan. The newest of an interval is reported, and none where none was set: set it in each
    /// <see cref="OrchestratorOptions.PushInterval"/>. Names as of <see cref="Count"/>.
    /// </summary>
    /// <param name="answer">Whose level it is.</param>
    /// <param name="segment">The segment whose level it is; null for none.</param>
    /// <param name="name">The series as the plan names it.</param>
    /// <param name="level">The level: bytes, milliseconds or a plain number, finite.</param>
    void Gauge(in RouteResult answer, string? segment, string name, double level);

    /// <summary>
    /// Observes a value of the service's own, for a quantile of the plan. It is reported in buckets: at most 0.8 % too high, or 6.3 % where the values of an interval
    /// spread from 1 to a million. Names as of <see cref="Count"/>.
    /// </summary>
    /// <param name="answer">What the router answered for it; one without a rollout is not counted.</param>
    /// <param name="segment">The segment its user is counted to; null for none.</param>
    /// <param name="name">The series as the plan names it.</param>
    /// <param name="value">The value: milliseconds of a time, bytes of a size, a plain number else; finite.</param>
    void Observe(in RouteResult answer, string? segment, string name, double value);

    /// <summary>Counts that a user saw a variant, once for each user, variant and push interval: <c>exposures</c>. Of very many users some count twice.</summary>
    /// <param name="answer">What the router answered.</param>
    /// <param name="user">The user; one without a key is not counted.</param>
    void Exposure(in RouteResult answer, User user);
}
