using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>Form of a report: JSON, Markdown or HTML, by <c>?format=</c> or by the Accept header.</summary>
/// <param name="Type">Media type.</param>
/// <param name="IsNamed">True when <c>?format=</c> names it.</param>
internal sealed record ReportForm(string Type, bool IsNamed)
{
    private const string Json = "application/json";
    private const string Markdown = "text/markdown";
    private const string Html = "text/html";

    /// <summary>Media types; the first one without a preference.</summary>
    private static readonly string[] Offered = [Json, Markdown, Html];

    /// <summary>True for JSON.</summary>
    public bool IsData => Type == Json;

    /// <summary>The requested form, or the problem with it.</summary>
    public static (ReportForm? Form, ApiResult.Problem? Problem) Read(Query request)
    {
        request.Http.Response.Headers.Vary = HeaderNames.Accept;
        if (Named(request.Http.Request.Query, out var named) is { } unknown)
        {
            return (null, unknown);
        }

        return (named ?? Accepted(request.Http.Request.Headers.Accept.ToString())) is { } type
            ? (new ReportForm(type, named is not null), null)
            : (null, new ApiResult.Problem(406, "http.not_acceptable", $"This report is available as {string.Join(", ", Offered)}."));
    }

    /// <summary>The report as text.</summary>
    /// <param name="blocks">The report.</param>
    /// <param name="file">Name of the file that a link to its Markdown downloads.</param>
    public ApiResult.Written Written(IReadOnlyList<Block> blocks, string file) => Type == Markdown
        ? Text(Type, MarkdownText.Of(blocks), file: IsNamed ? file : null)
        : Text(Type, HtmlPage.Of(blocks), HtmlPage.ContentSecurityPolicy);

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
