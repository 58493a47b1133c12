using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MediatR;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>Measures every request, whatever becomes of it.</summary>
internal sealed class TelemetryBehaviour<TCall> : IPipelineBehavior<TCall, Answer>
    where TCall : Call
{
    public async Task<Answer> Handle(TCall request, CancellationToken cancellationToken, RequestHandlerDelegate<Answer> next)
    {
        using var activity = Begin(request);
        var started = TimeProvider.System.GetTimestamp();
        var outcome = "fault";
        try
        {
            var answer = await next();
            outcome = answer is Answer.Problem problem ? problem.Code : "ok";
            return answer;
        }
        finally
        {
            activity.SetTag("orchestrator.outcome", outcome);
            Telemetry.Requests.Record(
                TimeProvider.System.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("operation", request.Name), new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    /// <summary>Everything that follows shares its trace. Made here: hosting would make one for each evaluation too.</summary>
    private static Activity Begin(TCall request)
    {
        ActivityContext.TryParse(request.Http.Request.Headers.TraceParent, request.Http.Request.Headers.TraceState, out var caller);
        if (Telemetry.Source.StartActivity(request.Name, ActivityKind.Server, caller) is { } listened)
        {
            return listened;
        }

        var activity = new Activity(request.Name);
        return (caller == default ? activity : activity.SetParentId(caller.TraceId, caller.SpanId, caller.TraceFlags)).Start();
    }
}

/// <summary>Lets callers do only what harms nothing while nobody can say which keys there are. Their role was looked at before: see <see cref="Orchestrator.Api.Access.Policies"/>.</summary>
internal sealed class BrokenAccessBehaviour<TCall>(IWorld world) : IPipelineBehavior<TCall, Answer>
    where TCall : Call
{
    public Task<Answer> Handle(TCall request, CancellationToken cancellationToken, RequestHandlerDelegate<Answer> next)
    {
        // A revoked key may be among those that still open: who takes out a revocation breaks the chain there.
        return world.Current.Broken.GetValueOrDefault(AccessEvents.Stream()) is { } broken && !request.Needs.IsHarmless()
            ? Task.FromResult<Answer>(new Answer.Problem(
                409, "access.broken", $"{broken.Text} Until the log is restored, keys open only what looks on, reports, or takes users back."))
            : next();
    }
}

/// <summary>Says at once where nothing can be changed, whatever the input.</summary>
internal sealed class EvaluationOnlyBehaviour<TCall>(NodeIdentity node) : IPipelineBehavior<TCall, Answer>
    where TCall : Call
{
    public Task<Answer> Handle(TCall request, CancellationToken cancellationToken, RequestHandlerDelegate<Answer> next) =>
        request is IChange && node.Role == NodeIdentity.Evaluation ? throw new EvaluationOnlyException() : next();
}

/// <summary>Reads the input of a change; all that is wrong with it at once.</summary>
internal sealed class ValidationBehaviour<TCall>(IWorld world, OrchestratorClock clock) : IPipelineBehavior<TCall, Answer>
    where TCall : Call
{
    public async Task<Answer> Handle(TCall request, CancellationToken cancellationToken, RequestHandlerDelegate<Answer> next)
    {
        if (request is not IChange change)
        {
            return await next();
        }

        var (bytes, problem) = change.Takes switch
        {
            null => default,
            { Streamed: true } streamed => (default, Body.OtherType(request.Http.Request, streamed)),
            { } kind => await Body.Read(request.Http.Request, kind, cancellationToken),
        };
        return problem ?? await change.Accept(new Input(request, bytes, world.Current, clock.GetUtcNow()), cancellationToken) ?? await next();
    }
}

/// <summary>Notes who changes or reads something, for those who read of it later.</summary>
internal sealed class NotingBehaviour<TCall>(CallerNotes notes) : IPipelineBehavior<TCall, Answer>
    where TCall : Call
{
    public Task<Answer> Handle(TCall request, CancellationToken cancellationToken, RequestHandlerDelegate<Answer> next)
    {
        notes.Note(request.Caller, reading: request is not IChange);
        return next();
    }
}

/// <summary>Gives a change its command id: that of an earlier try when the caller says so.</summary>
internal sealed class IdempotencyBehaviour<TCall> : IPipelineBehavior<TCall, Answer>
    where TCall : Call
{
    private const int LongestKey = 200;

    public Task<Answer> Handle(TCall request, CancellationToken cancellationToken, RequestHandlerDelegate<Answer> next)
    {
        if (request is not IChange change)
        {
            return next();
        }

        var headers = request.Http.Request.Headers;
        if (!ETags.TryRead(headers, out var version))
        {
            return Task.FromResult<Answer>(new Answer.Problem(400, "etag.malformed", "If-Match must be one version in quotes, such as \"7\", or *."));
        }

        var key = headers["Idempotency-Key"];
        if (key.Count > 1 || key.ToString().Length > LongestKey || key is [{ Length: 0 }])
        {
            return Task.FromResult<Answer>(new Answer.Problem(400, "idempotency.malformed", $"Idempotency-Key must be one text of 1 to {LongestKey} characters."));
        }

        var retryable = key.Count == 1;
        change.Wrap(new Envelope(
            retryable ? CommandId(request, change, key.ToString()) : Guid.NewGuid().ToString("N"), request.Caller.Actor, retryable, version,
            retryable ? Content(request, key.ToString(), change.Body) : null, Activity.Current?.TraceId.ToString(),
            retryable ? Former(request, key.ToString(), change.Body) : null));
        return next();
    }

    /// <summary>
    /// What was asked for, kept as the cause of what follows: the same key with another verb or other content is no retry. Hashed together with the key,
    /// which is kept nowhere, so that nobody finds out by guessing whom a body spoke of.
    /// </summary>
    private static string Content(Call request, string key, ReadOnlyMemory<byte> body) => "request/" + Short(
        [.. Encoding.UTF8.GetBytes($"{key}\n{request.Http.Request.Method} {request.Http.Request.Path.Value}{request.Http.Request.QueryString.Value}\n"), .. body.Span]);

    /// <summary>The same key from another caller or for another resource is another command; the same key with another verb of one resource is not.</summary>
    private static string CommandId(Call request, IChange change, string key) => "i-" + Short(Encoding.UTF8.GetBytes(
        string.Join('\n', request.Caller.KeyId, change.Resource, key)));

    /// <summary>The ids of builds before decision 21, by which they kept a request that is retried across an upgrade.</summary>
    private static FormerCommand Former(Call request, string key, ReadOnlyMemory<byte> body) => new(
        "i-" + Short(Encoding.UTF8.GetBytes(string.Join('\n', request.Caller.KeyId, request.Http.Request.Method, request.Http.Request.Path.Value, key))),
        "request/" + Short([.. Encoding.UTF8.GetBytes($"{key}\n{request.Http.Request.QueryString.Value}\n"), .. body.Span]));

    private static string Short(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 16));
}
