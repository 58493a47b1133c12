using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>What came with a change: path, body, and the list of what is wrong with them.</summary>
internal sealed class Input(Call call, ReadOnlyMemory<byte> body, World world, DateTimeOffset now)
{
    private static readonly DocumentLimits Limits = new(BodyKind.Metrics.Limit, 32, 100_000);
    private readonly Findings _findings = new();

    public ReadOnlyMemory<byte> Bytes => body;

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(body.Span);

    /// <summary>What this node knows, for looking up what the input refers to.</summary>
    public World World => world;

    /// <summary>Orchestrator time.</summary>
    public DateTimeOffset Now => now;

    public Caller Caller => call.Caller;

    public HttpRequest Request => call.Http.Request;

    /// <summary>A problem that is not of the kind "the input is invalid".</summary>
    public Answer.Problem? Problem { get; set; }

    /// <summary>Why nothing will be sent; null when all is well.</summary>
    public Answer.Problem? Refusal => Problem ?? (_findings.Any ? Answer.Invalid(_findings.Errors) : null);

    public void Error(string path, string message) => _findings.Error(new InputError(path, message));

    public void Errors(IEnumerable<InputError> errors)
    {
        foreach (var error in errors)
        {
            _findings.Error(error);
        }
    }

    /// <summary>A value of the path.</summary>
    public string Route(string key) => call.Route(key);

    /// <summary>An id in the path; reports one that nobody could have given.</summary>
    public string Id(string key)
    {
        var id = Route(key);
        if (!Names.IsId(id))
        {
            Error(key, Names.IdRule(id));
        }

        return id;
    }

    /// <summary>The body as JSON of any kind; null after reporting.</summary>
    public Field? Json()
    {
        var node = JsonText.Parse(body.Span, out var errors, Limits);
        if (node is null)
        {
            Problem = new Answer.Problem(400, "json.malformed", "The body is not JSON.", errors);
            return null;
        }

        return new Field(node, "", _findings);
    }

    /// <summary>The body as a JSON object with known members; an empty body is an empty object. Null after reporting.</summary>
    public MappingReader? Members(params string[] known)
    {
        var keys = new MappingKeys("body", known);
        return body.IsEmpty
            ? new MappingReader(new Field(new Node.Mapping([]), "", _findings), new Node.Mapping([]), keys)
            : Json()?.Mapping(keys);
    }
}
