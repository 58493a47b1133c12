using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Grains.Aggregates;

namespace Orchestrator.Api.Pipeline;

/// <summary>Gives a command its id: that of the earlier try when the client sends the same Idempotency-Key again.</summary>
internal sealed class IdempotencyBehaviour : IPipelineBehavior<ApiRequest, ApiResult>
{
    private const int LongestKey = 200;

    public Task<ApiResult> Handle(ApiRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<ApiResult> next)
    {
        if (request is not Command command)
        {
            return next();
        }

        var headers = command.Http.Request.Headers;
        if (!ETags.TryRead(headers, out var version))
        {
            return Task.FromResult<ApiResult>(new ApiResult.Problem(
                400, "etag.malformed", "If-Match must be one version in quotes, such as \"7\", or *."));
        }

        var key = headers["Idempotency-Key"];
        if (key.Count > 1 || key.ToString().Length > LongestKey || key is [{ Length: 0 }])
        {
            return Task.FromResult<ApiResult>(new ApiResult.Problem(
                400, "idempotency.malformed", $"Idempotency-Key must be one text of 1 to {LongestKey} characters."));
        }

        var retryable = key.Count == 1;
        command.Envelope = new Envelope(
            retryable ? CommandId(command, key.ToString()) : Guid.NewGuid().ToString("N"), command.Caller.Actor, retryable, version,
            retryable ? Cause(command, key.ToString()) : null, Activity.Current?.TraceId.ToString(),
            retryable ? Former(command, key.ToString()) : null);
        return next();
    }

    /// <summary>
    /// The cause of the events that follow: the same key with another verb or other content is no retry. Hashed together with the key,
    /// which is kept nowhere, so that a reader of the log cannot guess the users that a body named.
    /// </summary>
    private static string Cause(Command command, string key)
    {
        var request = command.Http.Request;
        var head = $"{key}\n{request.Method} {request.Path.Value}{request.QueryString.Value}\n";
        return "request/" + Short([.. Encoding.UTF8.GetBytes(head), .. command.Content.Span]);
    }

    /// <summary>
    /// The same key from another caller or for another resource is another command; the same key with another verb of one resource is not.
    /// </summary>
    private static string CommandId(Command command, string key) => "i-" + Short(Encoding.UTF8.GetBytes(
        string.Join('\n', command.Caller.KeyId, command.Resource, key)));

    /// <summary>The ids of builds before decision 21, by which they kept a request that is retried across an upgrade.</summary>
    private static FormerCommand Former(Command command, string key)
    {
        var request = command.Http.Request;
        return new FormerCommand(
            "i-" + Short(Encoding.UTF8.GetBytes(string.Join('\n', command.Caller.KeyId, request.Method, request.Path.Value, key))),
            "request/" + Short([.. Encoding.UTF8.GetBytes($"{key}\n{request.QueryString.Value}\n"), .. command.Content.Span]));
    }

    private static string Short(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 16));
}
