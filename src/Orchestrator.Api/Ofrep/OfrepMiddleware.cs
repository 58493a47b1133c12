using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Diagnostics;
using Orchestrator.Api.Http;
using Orchestrator.Grains.Access;

namespace Orchestrator.Api.Ofrep;

/// <summary>
/// The hot path over HTTP: key, body, route, answer. The body is copied out of the pipe once and the answer written once; in between
/// nothing waits, and nothing is bound, boxed or looked up but the key and the flag.
/// </summary>
internal sealed partial class OfrepMiddleware(
    RequestDelegate next, Origins? origins, OfrepAuthentication authentication, ConfigEtagWait etagWait, Evaluator evaluator,
    EventStreams streams, ILogger<OfrepMiddleware> logger)
{
    private const string Root = "/ofrep/v1/";
    private const string Flags = "/ofrep/v1/evaluate/flags";
    private readonly ScratchPool _scratch = new();

    public Task Invoke(HttpContext http)
    {
        var path = http.Request.Path.Value;
        if (path is null || !path.StartsWith(Root, StringComparison.Ordinal))
        {
            return next(http);
        }

        SafeHeaders.Set(http);
        return origins?.Answers(http) == true ? Task.CompletedTask
            : path.StartsWith(Flags, StringComparison.Ordinal) && (path.Length == Flags.Length || path[Flags.Length] == '/')
            ? Evaluate(http)
            : path == EventStreams.Path ? Stream(http)
            : next(http);
    }

    private async Task Evaluate(HttpContext http)
    {
        var scratch = _scratch.Rent();
        var began = Stopwatch.GetTimestamp();
        try
        {
            await Evaluate(http, scratch);
            await Send(http, scratch);
        }
        catch (Exception e) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            LogBug(http.Request.Path, e);
            await Send(http, new OfrepRefusal(StatusCodes.Status500InternalServerError, "Internal error. See the server log."), FlagKey.Of(http));
        }
        finally
        {
            Telemetry.Evaluations.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
            _scratch.Return(scratch);
        }
    }

    private ValueTask Evaluate(HttpContext http, Scratch scratch)
    {
        EvaluationKey key = null!;
        if ((Method(http, HttpMethods.Post) ?? authentication.Check(http.Request, out key)) is { } refusal)
        {
            Refuse(http, scratch, refusal, FlagKey.Of(http));
            return ValueTask.CompletedTask;
        }

        return Answer(http, scratch, key);
    }

    private async ValueTask Answer(HttpContext http, Scratch scratch, EvaluationKey key)
    {
        var status = await RequestBody.Read(http.Request, scratch.Body);
        if (status != StatusCodes.Status200OK)
        {
            Refuse(http, scratch, Unread(status), FlagKey.Of(http));
            return;
        }

        if (etagWait.IsBehind(http.Request.QueryString, out var wanted))
        {
            await etagWait.Wait(wanted, http.RequestAborted);
        }

        evaluator.Answer(http, scratch, key);
    }

    private Task Stream(HttpContext http)
    {
        EventStreams.Access access = default;
        var refusal = Method(http, HttpMethods.Get) ?? streams.Enter(http, authentication, out access);
        return refusal is null ? streams.Follow(http, access) : Send(http, refusal, []);
    }

    private static OfrepRefusal? Method(HttpContext http, string method)
    {
        if (HttpMethods.Equals(http.Request.Method, method))
        {
            return null;
        }

        http.Response.Headers.Allow = method;
        return new OfrepRefusal(StatusCodes.Status405MethodNotAllowed, $"Method not allowed; use {method}.");
    }

    private static OfrepRefusal Unread(int status) => new(status, status switch
    {
        StatusCodes.Status413PayloadTooLarge => "The body is larger than 64 KiB.",
        StatusCodes.Status408RequestTimeout => "The body arrived too slowly (timeout).",
        _ => "The body could not be read.",
    });

    private static Task Send(HttpContext http, OfrepRefusal refusal, ReadOnlySpan<char> flag)
    {
        var scratch = new Scratch();
        Refuse(http, scratch, refusal, flag);
        return Send(http, scratch).AsTask();
    }

    private static void Refuse(HttpContext http, Scratch scratch, OfrepRefusal refusal, ReadOnlySpan<char> flag)
    {
        (scratch.Output.Length, scratch.Tag, scratch.Status) = (0, null, refusal.Status);
        OfrepWriter.Failure(scratch.Output, flag, "GENERAL", refusal.Details);
        var headers = http.Response.Headers;
        if (refusal.RetryAfter is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        switch (refusal.Status)
        {
            case StatusCodes.Status401Unauthorized:
                headers.WWWAuthenticate = "Bearer";
                break;
            case StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge:
                // The rest of the body is not awaited.
                headers.Connection = "close";
                break;
        }
    }

    private static async ValueTask Send(HttpContext http, Scratch scratch)
    {
        var response = http.Response;
        response.StatusCode = scratch.Status;
        if (scratch.Tag is { } tag)
        {
            response.Headers.ETag = tag;
        }

        if (scratch.Status == StatusCodes.Status304NotModified)
        {
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = scratch.Output.Length;

        // No RequestAborted: asking for it makes a token source for each request, and a closed connection ends the write anyway.
        await response.BodyWriter.WriteAsync(scratch.Output.Memory, CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Error, "Evaluation of {Path} failed")]
    private partial void LogBug(PathString path, Exception e);
}
