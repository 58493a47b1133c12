using Orchestrator.Dashboard.Calls;

namespace Orchestrator.Dashboard.Frame;

/// <summary>Addresses of pages.</summary>
public static class Links
{
    /// <summary>Page of a rollout.</summary>
    public static string Rollout(string id) => $"/rollouts/{ApiCalls.Escape(id)}";

    /// <summary>Page of a verb of a rollout.</summary>
    public static string Verb(string id, string verb) => $"{Rollout(id)}/{verb}";

    /// <summary>Page of an incident.</summary>
    public static string Incident(string id) => $"/incidents/{ApiCalls.Escape(id)}";

    /// <summary>Page of a review of a rollout.</summary>
    public static string Review(string rollout, string review) => $"{Rollout(rollout)}/reviews/{ApiCalls.Escape(review)}";

    /// <summary>Page of a plan.</summary>
    public static string Plan(string name) => $"/plans/{ApiCalls.Escape(name)}";

    /// <summary>Page of the flags of an environment.</summary>
    public static string Flags(string environment) => $"/environments/{ApiCalls.Escape(environment)}/flags";

    /// <summary>Page of the segments of an environment.</summary>
    public static string Segments(string environment) => $"/environments/{ApiCalls.Escape(environment)}/segments";
}
