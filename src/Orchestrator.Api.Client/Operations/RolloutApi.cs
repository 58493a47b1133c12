namespace Orchestrator.Api.Client;

/// <summary>Rollouts: list, get, create, and every verb.</summary>
public sealed partial class RolloutApi
{
    private readonly Transport _transport;

    internal RolloutApi(Transport transport) => _transport = transport;

    /// <summary>List rollouts, by id.</summary>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts", Query = typeof(RolloutQuery), Answer = typeof(RolloutList))]
    public Task<Answer<RolloutList>> List(RolloutQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/rollouts", query, WireJson.Default.RolloutList, stop);

    /// <summary>Get a rollout, now or at a moment of the past.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="query">Moment of the past; null for now.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}", Query = typeof(Moment), Answer = typeof(Rollout))]
    public Task<Answer<Rollout>> Get(string id, Moment? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}", query, WireJson.Default.Rollout, stop);

    /// <summary>Create a rollout of a plan.</summary>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "POST", "/api/v1/rollouts", Body = typeof(RolloutCreation), Answer = typeof(Rollout), Status = 201, OtherStatus = 200,
        IsCommand = true)]
    public Task<Answer<Rollout>> Create(RolloutCreation body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, "/api/v1/rollouts", Content.Of(body, WireJson.Default.RolloutCreation), options, WireJson.Default.Rollout,
            stop);

    /// <summary>Start.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/start", Body = typeof(Because), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Start(
        string id, Because? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/start", Content.Of(body ?? new(), WireJson.Default.Because), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Pause advancing, not exposure.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/pause", Body = typeof(Because), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Pause(
        string id, Because? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/pause", Content.Of(body ?? new(), WireJson.Default.Because), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Resume advancing.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/resume", Body = typeof(Because), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Resume(
        string id, Because? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/resume", Content.Of(body ?? new(), WireJson.Default.Because), options,
            WireJson.Default.Rollout, stop);

    /// <summary>End the hold early.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/advance", Body = typeof(AdvanceRequest), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Advance(
        string id, AdvanceRequest? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/advance", Content.Of(body ?? new(), WireJson.Default.AdvanceRequest), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Go to the previous step, and hold there.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/step-back", Body = typeof(StepBackRequest), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> StepBack(
        string id, StepBackRequest? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/step-back", Content.Of(body ?? new(), WireJson.Default.StepBackRequest), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Undo a rollback.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/restore", Body = typeof(RestoreRequest), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Restore(
        string id, RestoreRequest body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/restore", Content.Of(body, WireJson.Default.RestoreRequest), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Keep rolled-back segments on legacy, so that they no longer block the end.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/keep-back", Body = typeof(KeepBackRequest), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> KeepBack(
        string id, KeepBackRequest body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/keep-back", Content.Of(body, WireJson.Default.KeepBackRequest), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Retire a completed rollout; its flag then has its static value.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/retire", Body = typeof(RetireRequest), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Retire(
        string id, RetireRequest body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/retire", Content.Of(body, WireJson.Default.RetireRequest), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Confirm a rollout after a restore of a backup, so that it continues.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/confirm", Body = typeof(Reasoned), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Confirm(string id, Reasoned body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/confirm", Content.Of(body, WireJson.Default.Reasoned), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Abort: end for good, all users on legacy.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/abort", Body = typeof(Reasoned), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Abort(string id, Reasoned body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/abort", Content.Of(body, WireJson.Default.Reasoned), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Approve a review (go).</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/approve", Body = typeof(Approval), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Approve(string id, Approval body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/approve", Content.Of(body, WireJson.Default.Approval), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Reject a review (no-go).</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/reject", Body = typeof(Rejection), Answer = typeof(Rollout), IsCommand = true)]
    public Task<Answer<Rollout>> Reject(string id, Rejection body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/reject", Content.Of(body, WireJson.Default.Rejection), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Complete an objective.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "POST", "/api/v1/rollouts/{id}/complete-objective", Body = typeof(ObjectiveRequest), Answer = typeof(Rollout),
        IsCommand = true)]
    public Task<Answer<Rollout>> CompleteObjective(
        string id, ObjectiveRequest body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/complete-objective", Content.Of(body, WireJson.Default.ObjectiveRequest), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Amend the plan of a rollout, for the same users. A dry run is a preview, as <see cref="Amendment"/>.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "POST", "/api/v1/rollouts/{id}/amend", Body = typeof(AmendRequest), Answer = typeof(Rollout), OtherStatus = 202,
        OtherAnswer = typeof(Amendment), IsCommand = true)]
    public Task<Answer<Rollout>> Amend(string id, AmendRequest body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/amend", Content.Of(body, WireJson.Default.AmendRequest), options,
            WireJson.Default.Rollout, stop);

    /// <summary>Preview an amendment by another revision of the plan.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/amendment", Query = typeof(RevisionQuery), Answer = typeof(Amendment))]
    public Task<Answer<Amendment>> Amendment(string id, RevisionQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/amendment", query, WireJson.Default.Amendment, stop);

    /// <summary>Preview an amendment by a plan that is not stored.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="text">Plan in YAML or JSON.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/amendment", TakesPlan = true, Answer = typeof(Amendment))]
    public Task<Answer<Amendment>> AmendmentByText(string id, string text, CancellationToken stop = default) =>
        _transport.Ask($"/api/v1/rollouts/{id}/amendment", null, Content.Plan(text), WireJson.Default.Amendment, stop);

    /// <summary>Preview a rollback now: users, nodes, legacy, segments, reason.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/rollback/preview", Answer = typeof(RollbackPreview))]
    public Task<Answer<RollbackPreview>> PreviewRollback(string id, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/rollback/preview", null, WireJson.Default.RollbackPreview, stop);

    /// <summary>Get a review: the evidence it was opened on, and the changes since then.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="review">Id of the review.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/reviews/{review}", Answer = typeof(ReviewDetails))]
    public Task<Answer<ReviewDetails>> Review(string id, string review, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/reviews/{review}", null, WireJson.Default.ReviewDetails, stop);

    /// <summary>Get the steps as planned and as they happened.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="query">Moment of the past; null for now.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/schedule", Query = typeof(Moment), Answer = typeof(Schedule))]
    public Task<Answer<Schedule>> Schedule(string id, Moment? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/schedule", query, WireJson.Default.Schedule, stop);

    /// <summary>List events, oldest first.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/events", Query = typeof(EventQuery), Answer = typeof(EventList))]
    public Task<Answer<EventList>> Events(string id, EventQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/events", query, WireJson.Default.EventList, stop);

    /// <summary>List events in words, newest first, and the course of the rollout.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/history", Query = typeof(HistoryQuery), Answer = typeof(History))]
    public Task<Answer<History>> History(string id, HistoryQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/history", query, WireJson.Default.History, stop);

    /// <summary>Get the retrospective.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="query">Moment of the past; null for now.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/retrospective", Query = typeof(Moment), Answer = typeof(Retrospective))]
    public Task<Answer<Retrospective>> Retrospective(string id, Moment? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/retrospective", query, WireJson.Default.Retrospective, stop);

    /// <summary>Ask what another plan would have done over the recorded signals.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">The other plan.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/rollouts/{id}/what-if", Body = typeof(WhatIfRequest), Answer = typeof(WhatIf), Status = 202)]
    public Task<Answer<WhatIf>> AskWhatIf(string id, WhatIfRequest body, CancellationToken stop = default) => _transport.Ask(
        $"/api/v1/rollouts/{id}/what-if", null, Content.Of(body, WireJson.Default.WhatIfRequest), WireJson.Default.WhatIf, stop);

    /// <summary>Get the progress and the answers of a what-if.</summary>
    /// <param name="id">Id of the what-if.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/what-ifs/{id}", Answer = typeof(WhatIf))]
    public Task<Answer<WhatIf>> WhatIf(string id, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/what-ifs/{id}", null, WireJson.Default.WhatIf, stop);

    /// <summary>Cancel a what-if.</summary>
    /// <param name="id">Id of the what-if.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("DELETE", "/api/v1/what-ifs/{id}", Status = 204)]
    public Task<Answer> CancelWhatIf(string id, CancellationToken stop = default) =>
        _transport.Command(HttpMethod.Delete, $"/api/v1/what-ifs/{id}", null, null, stop);

    /// <summary>Compare with earlier rollouts of the same plan, or the same flag, in the same environment.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="query">Number and kind of the earlier rollouts; null for the usual ones.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/comparison", Query = typeof(RolloutComparisonQuery), Answer = typeof(RolloutComparison))]
    public Task<Answer<RolloutComparison>> Comparison(string id, RolloutComparisonQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/comparison", query, WireJson.Default.RolloutComparison, stop);

    /// <summary>Get series of metrics with their limits and marks. Name at least one metric.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/series", Query = typeof(SeriesQuery), Answer = typeof(SeriesSet))]
    public Task<Answer<SeriesSet>> Series(string id, SeriesQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/series", query, WireJson.Default.SeriesSet, stop);

    /// <summary>List the metrics with samples.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/series", Answer = typeof(MetricList), Form = "without metric")]
    public Task<Answer<MetricList>> Metrics(string id, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/series", null, WireJson.Default.MetricList, stop);

    /// <summary>List the status of the metric sources, and the keys that push samples.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/sources", Answer = typeof(SourceList))]
    public Task<Answer<SourceList>> Sources(string id, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/sources", null, WireJson.Default.SourceList, stop);

    /// <summary>Verify the hash chain of the events.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/rollouts/{id}/verify", Answer = typeof(StreamVerification))]
    public Task<Answer<StreamVerification>> Verify(string id, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/rollouts/{id}/verify", null, WireJson.Default.StreamVerification, stop);

    /// <summary>Count reports of users to support.</summary>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "POST", "/api/v1/rollouts/{id}/feedback", Body = typeof(Feedback), Answer = typeof(Receipt), Status = 202, IsCommand = true)]
    public Task<Answer<Receipt>> Feedback(
        string id, Feedback? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/rollouts/{id}/feedback", Content.Of(body ?? new(), WireJson.Default.Feedback), options,
            WireJson.Default.Receipt, stop);
}
