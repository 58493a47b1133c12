using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>Where OFREP is answered.</summary>
public static class OfrepApplication
{
    /// <summary>
    /// Answers <c>/ofrep/v1/evaluate/flags[/{key}]</c> and hands on everything else. Put it first: an evaluation needs nothing of what
    /// other middleware does. Needs <see cref="IRoutingTables"/>, <see cref="INodeStanding"/> and
    /// <see cref="IEvaluationKeys"/> among the services.
    /// </summary>
    public static IApplicationBuilder UseOfrep(this IApplicationBuilder app)
    {
        var tables = app.ApplicationServices.GetRequiredService<IRoutingTables>();
        var keys = app.ApplicationServices.GetRequiredService<IEvaluationKeys>();
        var standing = app.ApplicationServices.GetRequiredService<INodeStanding>();
        return app.Use(next => new OfrepMiddleware(next, tables, standing, keys).Invoke);
    }
}

/// <summary>
/// The hot path over HTTP: key, body, route, answer. The body is copied out of the pipe once and the answer written into it once; between
/// them nothing waits, and nothing is bound, boxed or looked up but the flag.
/// </summary>
internal sealed class OfrepMiddleware(RequestDelegate next, IRoutingTables tables, INodeStanding node, IEvaluationKeys keys)
{
    /// <summary>Largest body.</summary>
    public const int BodyLimit = 64 * 1024;

    private const string Prefix = "/ofrep/v1/evaluate/flags";
    private readonly ScratchPool _scratch = new();

    public Task Invoke(HttpContext http)
    {
        var path = http.Request.Path.Value;
        return path is not null && path.StartsWith(Prefix, StringComparison.Ordinal) && (path.Length == Prefix.Length || path[Prefix.Length] == '/')
            ? Evaluate(http)
            : next(http);
    }

    private async Task Evaluate(HttpContext http)
    {
        var scratch = _scratch.Rent();
        var began = Stopwatch.GetTimestamp();
        try
        {
            await Evaluate(http, scratch);
        }
        finally
        {
            Telemetry.Evaluations.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
            _scratch.Return(scratch);
        }
    }

    private Task Evaluate(HttpContext http, Scratch scratch)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = "POST";
            return Empty(http, StatusCodes.Status405MethodNotAllowed);
        }

        var secret = Secret(http.Request.Headers);
        if (secret.IsEmpty || !keys.TryAuthenticate(secret, out var environment))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Empty(http, StatusCodes.Status401Unauthorized);
        }

        if (environment is null)
        {
            return Empty(http, StatusCodes.Status403Forbidden);
        }

        return Answer(http, scratch, environment);
    }

    private async Task Answer(HttpContext http, Scratch scratch, string environmentName)
    {
        var flag = FlagKey.Of(http);
        var status = await Read(http, scratch);

        Ground ground;
        string? tag;
        int answered;
        do
        {
            // The ground before the table, and one table for the whole request.
            ground = node.Now();
            (answered, tag) = (status, null);
            Decide(http, scratch, tables.Current, environmentName, flag, ground.Standing, ref answered, ref tag);
        }
        while (!node.Holds(ground));

        var output = scratch.Output;
        http.Response.StatusCode = answered;
        if (tag is not null)
        {
            http.Response.Headers.ETag = tag;
        }

        if (answered == StatusCodes.Status304NotModified)
        {
            return;
        }

        http.Response.ContentType = "application/json";
        http.Response.ContentLength = output.WrittenCount;

        // No RequestAborted: asking for it makes a token source for each request, and a closed connection ends the write anyway.
        await http.Response.BodyWriter.WriteAsync(output.WrittenMemory, CancellationToken.None);
    }

    /// <summary>Writes the answer into the buffer; nothing of it has left yet, so it can be decided again.</summary>
    private static void Decide(
        HttpContext http, Scratch scratch, RoutingTable table, string environmentName, string? flag, in Standing standing, ref int status, ref string? tag)
    {
        var environment = table.Environment(environmentName);
        var output = scratch.Output;
        output.ResetWrittenCount();
        if (status != StatusCodes.Status200OK)
        {
            OfrepWriter.Failure(output, flag, "GENERAL", status == StatusCodes.Status413PayloadTooLarge ? "The body is larger than 64 KiB." : "The body could not be read.");
        }
        else if (ContextBody.Read(scratch.Body.WrittenSpan, scratch.User.Begin(environment)) is { } wrong)
        {
            status = StatusCodes.Status400BadRequest;
            OfrepWriter.Failure(output, flag, wrong.Code, wrong.Details);
        }
        else if (flag is not null)
        {
            status = OfrepWriter.Single(output, flag, Router.Route(environment, flag, scratch.User, standing), table.Position);
        }
        else
        {
            tag = OfrepTag.Of(table, environmentName, scratch.Body.WrittenSpan, standing);
            if (OfrepTag.Matches(http.Request.Headers.IfNoneMatch, tag))
            {
                status = StatusCodes.Status304NotModified;
                return;
            }

            OfrepWriter.Bulk(output, table, environment, scratch.User, standing);
        }
    }

    /// <summary>Copies the body; 200, or the status to refuse it with.</summary>
    private static async ValueTask<int> Read(HttpContext http, Scratch scratch)
    {
        scratch.Body.ResetWrittenCount();
        if (http.Request.ContentLength > BodyLimit)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        var pipe = http.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync();
                if (scratch.Body.WrittenCount + read.Buffer.Length > BodyLimit)
                {
                    pipe.AdvanceTo(read.Buffer.End);
                    return StatusCodes.Status413PayloadTooLarge;
                }

                foreach (var piece in read.Buffer)
                {
                    scratch.Body.Write(piece.Span);
                }

                pipe.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return StatusCodes.Status200OK;
                }
            }
        }
        catch (BadHttpRequestException broken)
        {
            // Bad chunks, a body shorter than promised, one too slow or too large for the server's own limits.
            return broken.StatusCode;
        }
    }

    private static ReadOnlySpan<char> Secret(IHeaderDictionary headers)
    {
        const string bearer = "Bearer ";
        var authorization = headers.Authorization;
        if (authorization.Count == 1 && authorization[0]!.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[0].AsSpan(bearer.Length).Trim();
        }

        var key = headers["X-API-Key"];
        return key.Count == 1 ? key[0] : [];
    }

    private static Task Empty(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
