using Microsoft.AspNetCore.Http;

namespace Orchestrator.Dashboard.Pages.History;

/// <summary>Reads the address of a history. An empty field of a form is no filter.</summary>
internal static class HistoryAddress
{
    /// <summary>Most kinds of an address: more than there are make no sense.</summary>
    private const int MostKinds = 10;

    public static HistoryQuery Read(IQueryCollection query, string rollout) => new()
    {
        Rollout = rollout,
        Version = One(query, "version"),
        At = One(query, "version") is null ? One(query, "at") : null,
        Kind = [.. query["kind"].OfType<string>().Where(kind => kind.Length > 0).Distinct(StringComparer.Ordinal).Take(MostKinds)],
        Actor = One(query, "actor"),
        Text = One(query, "text"),
        From = One(query, "from"),
        To = One(query, "to"),
        Moved = One(query, "moved") == "true",
        Before = One(query, "before"),
        After = One(query, "after"),
        Verify = One(query, "verify") == "true",
    };

    private static string? One(IQueryCollection query, string name) =>
        string.IsNullOrWhiteSpace(query[name]) ? null : query[name].ToString().Trim();
}
