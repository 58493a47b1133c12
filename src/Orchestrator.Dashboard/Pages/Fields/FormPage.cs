using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Fields;

/// <summary>A page that shows an answer of the API, and has forms that send commands to it.</summary>
public abstract class FormPage : ComponentBase
{
    /// <summary>Calls as the page's caller.</summary>
    [Inject]
    protected ApiCalls Api { get; set; } = null!;

    /// <summary>Leads to the page after a form.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>The request.</summary>
    [CascadingParameter]
    protected HttpContext Http { get; set; } = null!;

    /// <summary>Zone and time of the person.</summary>
    [CascadingParameter]
    protected Viewer Viewer { get; set; } = null!;

    /// <summary>Problem of the page's subject; null when it could be read.</summary>
    protected ApiProblem? Problem { get; private set; }

    /// <summary>True when the subject does not exist.</summary>
    protected bool Missing => Problem?.Status == StatusCodes.Status404NotFound;

    private protected PostedForm Posted => field ??= new PostedForm(Http);

    /// <summary>Reads the page's subject; null after a problem, with whose status the page is answered.</summary>
    /// <typeparam name="T">Shape of the answer.</typeparam>
    /// <param name="target">Path and query, percent-encoded.</param>
    protected async Task<T?> Subject<T>(string target)
        where T : class
    {
        var answer = await Api.Get<T>(target);
        Problem = answer.Problem;
        if (answer.Value is null)
        {
            Http.Answers(answer.Status);
        }

        return answer.Value;
    }

    /// <summary>Reason as it was typed into a form; null when another form was posted.</summary>
    protected string? Typed(string form) => Posted.Is(form) ? Posted.Value("reason") : null;

    /// <summary>Sends the command of a form, and leads to a page once it was taken; a problem stays beside the form.</summary>
    /// <param name="form">Name of the form.</param>
    /// <param name="target">Path of the command.</param>
    /// <param name="body">Body of the command.</param>
    /// <param name="next">Page after it.</param>
    /// <param name="method">HTTP method.</param>
    protected async Task Send(string form, string target, object body, string next, string method = "POST")
    {
        var answer = await Api.Send<object>(target, body, Posted.Key(form), method: method);
        if (!Posted.Failed(answer))
        {
            Navigation.NavigateTo(next);
        }
    }
}
