using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>Retrospective of a rollout, as JSON, Markdown or HTML, by the Accept header.</summary>
internal static class RetrospectiveEndpoint
{
    private const string Json = "application/json";
    private const string Markdown = "text/markdown";
    private const string Html = "text/html";

    /// <summary>Media types; the first one without a preference.</summary>
    private static readonly string[] Offered = [Json, Markdown, Html];

    public static async Task<ApiResult> Answer(Query request, string rollout)
    {
        request.Http.Response.Headers.Vary = HeaderNames.Accept;
        if (Named(request.Http.Request.Query, out var named) is { } unknown)
        {
            return unknown;
        }

        if ((named ?? Accepted(request.Http.Request.Headers.Accept.ToString())) is not { } type)
        {
            return new ApiResult.Problem(406, "http.not_acceptable", $"A retrospective is available as {string.Join(", ", Offered)}.");
        }

        var (asOf, problem) = AsOf.Read(request.Http.Request.Query);
        if (asOf is null)
        {
            return problem!;
        }

        try
        {
            if (await RetrospectiveReading.Of(request, rollout, asOf) is not { } retrospective)
            {
                return RolloutProblems.NotYet(rollout);
            }

            return type switch
            {
                Json => new ApiResult.Ok(retrospective, Settled(retrospective, asOf) ? retrospective.Headline.Version : null),
                Markdown => Text(
                    type, MarkdownText.Of(Report.Of(retrospective)), file: named is null ? null : $"{retrospective.Headline.Rollout}-retrospective.md"),
                _ => Text(type, HtmlPage.Of(Report.Of(retrospective)), HtmlPage.ContentSecurityPolicy),
            };
        }
        catch (UnknownEventException newer)
        {
            return new ApiResult.Problem(409, "stream.held", newer.Message);
        }
    }

    /// <summary>
    /// True when the view no longer changes with time, so that the version alone is its entity tag. Counts of users change it.
    /// </summary>
    private static bool Settled(Retrospective retrospective, AsOf asOf) => asOf is { Version: not null, At: null }
        || (asOf.IsNow && retrospective is { Exposure: null, Notifications: null or [] } && IsOver(retrospective.Headline.Status)
            && retrospective.Incidents.All(i => i.Ended is not null));

    private static bool IsOver(RolloutStatus status) => status is RolloutStatus.Completed or RolloutStatus.Aborted;

    /// <summary>Media type of <c>?format=</c>, for a link: a browser chooses no Accept. Null when it is not given.</summary>
    private static ApiResult.Problem? Named(IQueryCollection query, out string? type)
    {
        var format = query["format"].ToString();
        type = format switch { "json" => Json, "markdown" => Markdown, "html" => Html, _ => null };
        return type is not null || format.Length == 0
            ? null
            : ApiResult.Invalid("format", $"must be json, markdown or html, but is '{Field.Short(format)}'");
    }

    private static ApiResult.Written Text(string type, string text, string? policy = null, string? file = null) => new(async http =>
    {
        if (file is not null)
        {
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{file}\"";
        }

        if (policy is not null)
        {
            http.Response.Headers.ContentSecurityPolicy = policy;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        http.Response.ContentType = type + "; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    });

    private static string? Accepted(string accept)
    {
        if (accept.Length == 0)
        {
            return Offered[0];
        }

        return MediaTypeHeaderValue.TryParseList([accept], out var ranges)
            ? Offered.Where(type => Quality(ranges, type) > 0).MaxBy(type => Quality(ranges, type))
            : null;
    }

    /// <summary>The quality of the most specific range that includes the type; 0 when none does.</summary>
    private static double Quality(IEnumerable<MediaTypeHeaderValue> ranges, string type) => ranges
        .Where(range => MediaTypeHeaderValue.Parse(type).IsSubsetOf(new MediaTypeHeaderValue(range.MediaType)))
        .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
        .Select(range => range.Quality ?? 1).FirstOrDefault();
}
