using Orchestrator.Dashboard.Calls;

namespace Orchestrator.Dashboard.Frame;

/// <summary>Surroundings of every page, from the memory of the node that renders it.</summary>
/// <param name="Node">The node; null for a caller who is not signed in.</param>
/// <param name="Me">The caller; null when not signed in.</param>
/// <param name="Attention">Things that need a person, worst first.</param>
public sealed record FrameData(NodeData? Node, MeData? Me, IReadOnlyList<AttentionData> Attention)
{
    /// <summary>Surroundings without a caller.</summary>
    public static FrameData None { get; } = new(null, null, []);

    /// <summary>Environment of the caller; the pages of an environment have a switch to the others.</summary>
    public string Environment => Me?.Environment ?? "production";

    /// <summary>The worst thing of a kind; null without one.</summary>
    public AttentionData? First(string kind) => Attention.FirstOrDefault(one => one.Kind == kind);

    /// <summary>Things of a kind.</summary>
    public int Count(string kind) => Attention.Count(one => one.Kind == kind);

    internal static async Task<FrameData> Load(ApiCalls api) => new(
        (await api.Get<NodeData>("/api/v1/node")).Value,
        (await api.Get<MeData>("/api/v1/me")).Value,
        (await api.Get<AttentionList>("/api/v1/attention")).Value?.Attention ?? []);
}

/// <summary>The node that renders the page (<c>GET /api/v1/node</c>).</summary>
/// <param name="Id">Id of the node.</param>
/// <param name="Name">Name of the node.</param>
/// <param name="Position">Position of the last event that it knows.</param>
/// <param name="Freshness">Seconds since the log confirmed its table; null before the first time.</param>
/// <param name="Lease">Longest time that its table counts without a confirmation, such as <c>10s</c>.</param>
/// <param name="Stale">True when the lease has ended.</param>
/// <param name="Clock">Orchestrator time.</param>
public sealed record NodeData(string Id, string Name, long Position, double? Freshness, string Lease, bool Stale, ClockData Clock);

/// <summary>Orchestrator time of a node.</summary>
/// <param name="Speed">Times as fast as the wall clock.</param>
/// <param name="Now">Present instant.</param>
public sealed record ClockData(double Speed, DateTimeOffset Now);

/// <summary>Caller of the page (<c>GET /api/v1/me</c>).</summary>
public sealed record MeData(string Id, string? Name, string Role, string? Environment, IReadOnlyList<string> Permissions)
{
    /// <summary>True when the role has the permission, by its name in docs/access.md.</summary>
    public bool May(string permission) => Permissions.Contains(permission, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Things that need a person (<c>GET /api/v1/attention</c>), worst first.</summary>
public sealed record AttentionList(IReadOnlyList<AttentionData> Attention);

/// <summary>A thing that needs a person.</summary>
/// <param name="Kind">incident, alarm, review, held, unguarded or freeze.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Rollout">Rollout; null of an environment's thing.</param>
/// <param name="Title">Title of the rollout.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Since">Begin.</param>
/// <param name="Subject">Id of the incident or the review, name of the trigger or the freeze.</param>
public sealed record AttentionData(
    string Kind, string Text, string? Rollout, string? Title, string? Environment, DateTimeOffset? Since, string? Subject)
{
    /// <summary>Page of the thing.</summary>
    public string Page => (Kind, Subject, Rollout) switch
    {
        ("incident", { } incident, _) => Links.Incident(incident),
        ("review", { } review, { } rollout) => Links.Review(rollout, review),
        (_, _, { } rollout) => Links.Rollout(rollout),
        _ => "/",
    };
}
