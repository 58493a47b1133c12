using System.Text.Json;
using Orchestrator.Dashboard.Calls;

namespace Orchestrator.Dashboard.Pages.Segments;

/// <summary>Segments of an environment (<c>GET /api/v1/segments/{environment}</c>).</summary>
/// <param name="Segments">The segments, by key.</param>
/// <param name="Next">Key after which the next page begins; null on the last.</param>
public sealed record SegmentList(IReadOnlyList<SegmentData> Segments, string? Next);

/// <summary>A segment (<c>GET /api/v1/segments/{environment}/{key}</c>).</summary>
/// <param name="Key">Key.</param>
/// <param name="Version">Version.</param>
/// <param name="Members">Users who opted in.</param>
/// <param name="Definition">Title and balance.</param>
/// <param name="Cohort">Fill of a segment with a cap; null of one without.</param>
/// <param name="Text">The rule in words.</param>
/// <param name="Yaml">The definition as a plan writes it; null in a list.</param>
/// <param name="UsedBy">Rollouts whose steps name it; null in a list.</param>
/// <param name="Changed">Effect of a change of members; null elsewhere.</param>
public sealed record SegmentData(
    string Key, long Version, int Members, DefinitionData Definition, CohortData? Cohort, string Text, string? Yaml,
    IReadOnlyList<SegmentUse>? UsedBy, ChangedData? Changed);

/// <summary>The parts of a definition that a page shows by themselves.</summary>
/// <param name="Title">Title; null where it has none.</param>
/// <param name="Balance">Caps; null where there are none.</param>
public sealed record DefinitionData(string? Title, BalanceData? Balance);

/// <summary>Caps of a segment.</summary>
/// <param name="By">Attributes that make a stratum.</param>
/// <param name="Cap">Largest share of a stratum's users: <c>5%</c>.</param>
/// <param name="Caps">Caps of single strata, by their values.</param>
public sealed record BalanceData(IReadOnlyList<string> By, JsonElement Cap, IReadOnlyDictionary<string, JsonElement>? Caps);

/// <summary>Fill of a segment with a cap.</summary>
/// <param name="Cap">Largest share of all users, 0 to 1.</param>
/// <param name="Share">Share of all users who belong, 0 to 1; null while too few were counted.</param>
/// <param name="Asked">Users who were counted.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Warning">True when a person should look.</param>
public sealed record CohortData(double Cap, double? Share, long Asked, string Text, bool Warning);

/// <summary>A rollout whose steps name a segment.</summary>
public sealed record SegmentUse(
    string Id, string Plan, int Revision, string Status, IReadOnlyList<string> Steps, bool TakenBack, SegmentPeople? People = null);

/// <summary>Counted users of a segment, of one rollout.</summary>
/// <param name="Total">Different users.</param>
/// <param name="New">Users who got new.</param>
/// <param name="Legacy">Users who got legacy.</param>
/// <param name="All">Different users of the rollout, in the segment or not.</param>
/// <param name="From">Begin of the count.</param>
/// <param name="To">Its end.</param>
/// <param name="Error">Standard error of the estimate, 0 to 1.</param>
/// <param name="Missing">Nodes whose users are not counted.</param>
public sealed record SegmentPeople(
    long Total, long New, long Legacy, long All, DateTimeOffset From, DateTimeOffset To, double Error, int Missing);

/// <summary>A definition that was checked and not stored (<c>POST /api/v1/segments/{environment}/{key}/check</c>).</summary>
/// <param name="Text">The rule in words.</param>
/// <param name="Yaml">The definition as a plan writes it.</param>
/// <param name="Version">Version of the stored segment.</param>
/// <param name="Before">The stored rule in words; null where there is none.</param>
/// <param name="Changed">True when storing it would change the segment.</param>
/// <param name="Warnings">Parts that are valid but probably not meant.</param>
/// <param name="UsedBy">Rollouts whose steps name the segment.</param>
public sealed record CheckedSegment(
    string Text, string Yaml, long Version, string? Before, bool Changed, IReadOnlyList<ApiError> Warnings,
    IReadOnlyList<SegmentUse> UsedBy);

/// <summary>Effect of a change of members.</summary>
/// <param name="Added">Users who became members.</param>
/// <param name="WereIn">Users to add who were members.</param>
/// <param name="Removed">Users who are no longer members.</param>
/// <param name="WereOut">Users to remove who were no members.</param>
public sealed record ChangedData(int Added, int WereIn, int Removed, int WereOut);

/// <summary>Answer for one user (<c>POST /api/v1/segments/{environment}/{key}/route</c>).</summary>
/// <param name="Belongs">True for a user of the segment.</param>
/// <param name="Rules">Rules of the segment, each with what it saw.</param>
/// <param name="Flag">Flag that was asked for; null where none was.</param>
/// <param name="Variant">new, legacy or static; null where no flag was asked for.</param>
/// <param name="Reason">Reason of the variant, as OpenFeature names it.</param>
/// <param name="ErrorDetails">Reason why there is no variant.</param>
/// <param name="Rollout">Rollout of the flag.</param>
/// <param name="Step">Step of the rollout.</param>
/// <param name="Bucket">Bucket of the user, 0 to 99,999.</param>
public sealed record RoutedData(
    bool? Belongs, IReadOnlyList<RuleData> Rules, string? Flag, string? Variant, string? Reason, string? ErrorDetails, string? Rollout,
    string? Step, int? Bucket);

/// <summary>A rule and what it saw.</summary>
public sealed record RuleData(string Rule, bool Matched, string Saw);
