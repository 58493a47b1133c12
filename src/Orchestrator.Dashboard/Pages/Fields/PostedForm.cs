using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Pages.Fields;

/// <summary>The form that a page was posted with, and the problem that the API answered.</summary>
internal sealed class PostedForm(HttpContext http)
{
    private const string Handler = "_handler";

    /// <summary>The problem; null without one.</summary>
    public ApiProblem? Problem { get; private set; }

    /// <summary>Name of the posted form; null when the page was only opened.</summary>
    public string? Name => http.Request.HasFormContentType ? http.Request.Form[Handler].ToString() : null;

    /// <summary>True when the page was posted with this form: it stays there, whatever the state says now.</summary>
    public bool Is(string form) => Name == form;

    /// <summary>A value as typed; null when it is blank or the page was not posted.</summary>
    public string? Value(string field) =>
        http.Request.HasFormContentType && http.Request.Form[field].ToString() is var text && !string.IsNullOrWhiteSpace(text)
            ? text
            : null;

    /// <summary>Idempotency key of a form: as it was posted, so that a second press is the same command; else a new one.</summary>
    public string Key(string form) => Is(form) && Value("key") is { } posted ? posted : Guid.NewGuid().ToString("N");

    /// <summary>Keeps the problem of an answer, and answers with its status. True when there was one.</summary>
    public bool Failed<T>(Answer<T> answer)
        where T : class
    {
        Problem = answer.Problem;
        if (Problem is not null)
        {
            http.Answers(answer.Status);
        }

        return Problem is not null;
    }

    /// <summary>Error of a field of a form; null when it has none, or another form was posted.</summary>
    public string? Error(string form, string field) => Is(form) ? Problem?.Errors?.FirstOrDefault(one => IsOf(one, field))?.Message : null;

    /// <summary>A missing value has no place of its own: its error is at the body, and begins with its name.</summary>
    private static bool IsOf(ApiError error, string field) =>
        error.Path == field || (error.Path.Length == 0 && error.Message.StartsWith($"'{field}'", StringComparison.Ordinal));
}
