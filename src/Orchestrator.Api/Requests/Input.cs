using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Documents;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>Path and body of a request, and the list of their errors.</summary>
internal sealed class Input(ApiRequest request, World world, DateTimeOffset now)
{
    private static readonly DocumentLimits Limits = new(BodyKind.Metrics.Limit, 32, 100_000);
    private readonly Findings _findings = new();

    public ReadOnlyMemory<byte> Bytes => request.Body;

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(request.Body.Span);

    /// <summary>This node's view of the log, for looking up what the input refers to.</summary>
    public World World => world;

    /// <summary>Orchestrator time.</summary>
    public DateTimeOffset Now => now;

    public Caller Caller => request.Caller;

    public HttpRequest Request => request.Http.Request;

    /// <summary>A problem that is not of the kind "the input is invalid".</summary>
    public ApiResult.Problem? Problem { get; set; }

    /// <summary>The reason why nothing will be sent; null when all is well.</summary>
    public ApiResult.Problem? Refusal => Problem ?? (_findings.Any ? ApiResult.Invalid(_findings.Errors) : null);

    public void Error(string path, string message) => _findings.Error(new InputError(path, message));

    public void Errors(IEnumerable<InputError> errors)
    {
        foreach (var error in errors)
        {
            _findings.Error(error);
        }
    }

    /// <summary>A value of the path.</summary>
    public string RouteValue(string key) => request.RouteValue(key);

    /// <summary>A service of the host.</summary>
    public T Service<T>()
        where T : notnull => request.Service<T>();

    /// <summary>An id in the path; reports one that cannot be an id.</summary>
    public string Id(string key)
    {
        var id = RouteValue(key);
        if (!NameForm.IsId(id))
        {
            Error(key, $"must be {NameForm.Rule(underscore: false)}, but is '{id}'");
        }

        return id;
    }

    /// <summary>The body as JSON of any kind; null after reporting.</summary>
    public Field? Json()
    {
        var node = JsonText.Parse(request.Body.Span, out var errors, Limits);
        if (node is null)
        {
            Problem = new ApiResult.Problem(400, "json.malformed", "The body is not JSON.", errors);
            return null;
        }

        return new Field(node, "", _findings);
    }

    /// <summary>The body as a JSON object with known members; an empty body is an empty object. Null after reporting.</summary>
    public MappingReader? Members(params string[] known)
    {
        var keys = new MappingKeys("body", known);
        return request.Body.IsEmpty
            ? new MappingReader(new Field(new Node.Mapping([]), "", _findings), new Node.Mapping([]), keys)
            : Json()?.Mapping(keys);
    }
}
