using System.Text.Json;
using Orchestrator.Dashboard.Calls;

namespace Orchestrator.Dashboard.Pages.Plans;

/// <summary>Plans by name (<c>GET /api/v1/plans</c>).</summary>
/// <param name="Plans">The plans.</param>
/// <param name="Next">Name after which the next page begins; null on the last.</param>
public sealed record PlanList(IReadOnlyList<PlanRow> Plans, string? Next);

/// <summary>The newest revision of a plan.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">Title.</param>
/// <param name="Flag">Flag whose variant it decides.</param>
/// <param name="Revision">Number of the revision.</param>
/// <param name="At">Time at which it was stored.</param>
/// <param name="Rollouts">Rollouts of any revision.</param>
/// <param name="Unfinished">Those of them that are not over.</param>
public sealed record PlanRow(string Name, string Title, string Flag, int Revision, DateTimeOffset At, int Rollouts, int Unfinished);

/// <summary>A revision of a plan (<c>GET /api/v1/plans/{name}</c>).</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">Title.</param>
/// <param name="Flag">Flag whose variant it decides.</param>
/// <param name="Revision">Number of the revision.</param>
/// <param name="Hash">Hash of its content.</param>
/// <param name="At">Time at which it was stored.</param>
/// <param name="By">Author.</param>
/// <param name="Plan">The plan's document.</param>
/// <param name="Revisions">All revisions, newest first.</param>
/// <param name="UsedBy">Rollouts of the plan.</param>
/// <param name="Story">The plan in sentences.</param>
public sealed record PlanData(
    string Name, string Title, string Flag, int Revision, string Hash, DateTimeOffset At, PersonData By,
    NamedDocument Plan, IReadOnlyList<RevisionData> Revisions, IReadOnlyList<UseData> UsedBy, StoryData Story)
{
    /// <summary>Number of the newest revision.</summary>
    public int Newest => Revisions.Count == 0 ? Revision : Revisions[0].Revision;
}

/// <summary>A person or a key.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">Name; null where none is known.</param>
/// <param name="Role">Role.</param>
public sealed record PersonData(string Id, string? Name, string? Role);

/// <summary>A revision.</summary>
/// <param name="Revision">Number.</param>
/// <param name="At">Time at which it was stored.</param>
/// <param name="By">Author.</param>
public sealed record RevisionData(int Revision, DateTimeOffset At, PersonData By);

/// <summary>A rollout of a plan.</summary>
/// <param name="Id">Id.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Revision">Revision that it follows.</param>
/// <param name="Status">Status, as the API writes it.</param>
/// <param name="Step">Current step; null before the start.</param>
/// <param name="Started">True from its start on.</param>
/// <param name="Unfinished">True until it is over.</param>
public sealed record UseData(string Id, string Environment, int Revision, string Status, string? Step, bool Started, bool Unfinished)
{
    /// <summary>True where another revision can be taken in.</summary>
    public bool TakesAmendments => Unfinished && Started;
}

/// <summary>A plan in sentences.</summary>
/// <param name="Text">All of it in one sentence.</param>
/// <param name="Phases">Its phases.</param>
/// <param name="Back">Rules in force in every step.</param>
/// <param name="Policies">Policies.</param>
public sealed record StoryData(string Text, IReadOnlyList<PhaseData> Phases, IReadOnlyList<string> Back, IReadOnlyList<string> Policies);

/// <summary>A phase in sentences.</summary>
public sealed record PhaseData(string Name, string? Title, string Text, IReadOnlyList<StepData> Steps, IReadOnlyList<string> Back);

/// <summary>A step in sentences.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">Title; null where it has none.</param>
/// <param name="Percentage">Share of all users on new.</param>
/// <param name="Audience">Users on new, in words.</param>
/// <param name="Hold">Least time, such as <c>1h</c>.</param>
/// <param name="Needs">Criteria.</param>
/// <param name="People">Decisions of people.</param>
/// <param name="Back">Rules in force in this step only.</param>
public sealed record StepData(
    string Name, string? Title, double Percentage, string Audience, string Hold, IReadOnlyList<string> Needs, IReadOnlyList<string> People,
    IReadOnlyList<string> Back);

/// <summary>A checked text (<c>POST /api/v1/plans/validate</c>).</summary>
/// <param name="Plan">The plan's document.</param>
/// <param name="Hash">Hash of its content.</param>
/// <param name="Warnings">Parts that are valid but probably not meant.</param>
/// <param name="Story">The plan in sentences.</param>
public sealed record CheckedPlan(NamedDocument Plan, string Hash, IReadOnlyList<ApiError> Warnings, StoryData Story);

/// <summary>The part of a plan's document that a page reads.</summary>
/// <param name="Plan">Name of the plan.</param>
/// <param name="Metrics">Its metrics, by name; null where it has none.</param>
public sealed record NamedDocument(string Plan, IReadOnlyDictionary<string, JsonElement>? Metrics);

/// <summary>A stored revision (<c>PUT /api/v1/plans/{name}</c>).</summary>
public sealed record StoredPlan(string Name, int Revision);

/// <summary>Differences of two plans (<c>/api/v1/plans/{name}/compare</c>).</summary>
/// <param name="From">The older one.</param>
/// <param name="To">The newer one.</param>
/// <param name="Same">True when there is no difference.</param>
/// <param name="Text">All of it in one sentence.</param>
/// <param name="Changes">Every changed value.</param>
/// <param name="Looser">Parts that are looser, or not shown to be as strict.</param>
/// <param name="Users">Users who move.</param>
public sealed record ComparisonData(
    ComparedRevision From, ComparedRevision To, bool Same, string Text, IReadOnlyList<ChangeData> Changes, IReadOnlyList<LooserData> Looser,
    MovedData Users);

/// <summary>One side of a comparison.</summary>
/// <param name="Revision">Number of the revision; null of a text that is not stored.</param>
public sealed record ComparedRevision(int? Revision);

/// <summary>A changed value in words.</summary>
/// <param name="Path">Path of the value.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Strictness">same, looser, stricter or incomparable.</param>
public sealed record ChangeData(string Path, string Text, string Strictness);

/// <summary>A part that is looser.</summary>
public sealed record LooserData(string Path, string Text);

/// <summary>Users who move, in sentences.</summary>
public sealed record MovedData(IReadOnlyList<string> Texts);

/// <summary>Effect of a plan on a rollout under way (<c>/api/v1/rollouts/{id}/amendment</c>).</summary>
/// <param name="Rollout">The rollout.</param>
/// <param name="From">The revision in force.</param>
/// <param name="Allowed">True when it may be taken in.</param>
/// <param name="Refusals">Parts that contradict its past.</param>
/// <param name="NeedsSecondPerson">True when a second person must agree.</param>
/// <param name="Looser">Parts that are looser, or not shown to be as strict.</param>
/// <param name="Users">Users who move.</param>
public sealed record EffectData(
    string Rollout, ComparedRevision From, bool Allowed, IReadOnlyList<ApiError> Refusals, bool NeedsSecondPerson,
    IReadOnlyList<LooserData> Looser, MovedAheadData Users);

/// <summary>Users who move in a rollout under way.</summary>
/// <param name="Texts">The same in sentences.</param>
/// <param name="Ahead">Steps ahead that differ.</param>
public sealed record MovedAheadData(IReadOnlyList<string> Texts, IReadOnlyList<AudienceChangeData> Ahead);

/// <summary>Users of a step before and after.</summary>
/// <param name="Step">Name of the step.</param>
/// <param name="Before">Share on new before, 0 to 100; null of a new step.</param>
/// <param name="After">Share on new after; null of a step that is gone.</param>
/// <param name="Joining">Segments that join.</param>
public sealed record AudienceChangeData(string Step, double? Before, double? After, IReadOnlyList<string> Joining);

/// <summary>The part of a rollout that has its counted users (<c>GET /api/v1/rollouts/{id}</c>).</summary>
/// <param name="People">The counts; null where none were counted.</param>
public sealed record CountedRollout(PeopleData? People);

/// <summary>Different users who were evaluated, within 2 %.</summary>
/// <param name="Total">All of them.</param>
/// <param name="BySegment">Those of each segment.</param>
/// <param name="From">Begin of the count.</param>
public sealed record PeopleData(long Total, IReadOnlyList<SegmentPeople> BySegment, DateTimeOffset From);

/// <summary>Counted users of a segment.</summary>
public sealed record SegmentPeople(string Segment, long Total);

/// <summary>Effect of a text on a rollout, with its counted users.</summary>
/// <param name="Effect">The effect.</param>
/// <param name="People">The counts; null where none were counted.</param>
public sealed record CountedEffect(EffectData Effect, PeopleData? People);

/// <summary>Earliest dates of the steps (<c>/api/v1/plans/preview</c>).</summary>
/// <param name="Start">Start of the rollout.</param>
/// <param name="Ends">Earliest end; null when the calendar never opens again.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Text">All of it in one or two sentences.</param>
public sealed record ScheduleData(DateTimeOffset Start, DateTimeOffset? Ends, IReadOnlyList<ScheduledStepData> Steps, string Text);

/// <summary>Earliest dates of a step.</summary>
public sealed record ScheduledStepData(
    string Phase, string Step, string Audience, DateTimeOffset? Begins, DateTimeOffset? Ends, IReadOnlyList<string> Waits);

/// <summary>Reaction of a plan to a bad value of a metric (<c>/api/v1/plans/{name}/weather</c>).</summary>
/// <param name="Text">All of it in one or two sentences.</param>
public sealed record WeatherData(string Text);

/// <summary>Rules of a plan on the history in Prometheus (<c>/api/v1/plans/{name}/backtest</c>).</summary>
/// <param name="Triggers">The triggers.</param>
/// <param name="Criteria">The criteria.</param>
/// <param name="Power">Times until a rise is seen.</param>
/// <param name="Notes">Foundations of the numbers.</param>
/// <param name="Problems">Queries that failed.</param>
public sealed record BacktestData(
    IReadOnlyList<BacktestedRule> Triggers, IReadOnlyList<BacktestedRule> Criteria, IReadOnlyList<BacktestedRule> Power,
    IReadOnlyList<string> Notes, IReadOnlyList<string> Problems);

/// <summary>A rule, or a rise, with its result.</summary>
/// <param name="Text">The result in a sentence.</param>
/// <param name="Fired">Firings of a trigger; 0 for others.</param>
/// <param name="Episodes">The first of them; null for others.</param>
public sealed record BacktestedRule(string Text, int Fired, IReadOnlyList<BacktestEpisodeData>? Episodes);

/// <summary>A firing.</summary>
/// <param name="At">Its time.</param>
/// <param name="Lasted">Time until it cleared.</param>
/// <param name="Text">The evidence.</param>
public sealed record BacktestEpisodeData(DateTimeOffset At, string Lasted, string Text);
