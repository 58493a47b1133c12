using Microsoft.AspNetCore.Http;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>Decides the answer and writes it into the buffer. Nothing has been sent yet, so it can be decided again.</summary>
internal sealed class Evaluator(
    IRoutingTables tables, ITableTrust node, StreamTokens tokens, PeopleKeys people, TimeProvider time, TimeProvider steady)
{
    /// <summary>Answers a request whose body was read.</summary>
    public void Answer(HttpContext http, Scratch scratch, EvaluationKey key)
    {
        var flag = FlagKey.Of(http);
        EnvironmentTable? environment;
        TrustSnapshot snapshot;
        do
        {
            // The trust before the table, and one table for the whole request.
            snapshot = node.Now();
            var table = tables.Current;
            environment = table.Environment(key.Environment!);
            (scratch.Output.Length, scratch.Tag, scratch.Status) = (0, null, StatusCodes.Status200OK);
            if (flag.IsEmpty)
            {
                Bulk(http, scratch, new BulkRequest(table, environment, key, StreamTokens.Expiry(steady.GetUtcNow())), snapshot);
            }
            else if (Reads(scratch, environment, flag))
            {
                Single(scratch, environment, flag, key, table.Position, snapshot);
            }
        }
        while (!node.Holds(snapshot));

        if (scratch.Status == StatusCodes.Status200OK)
        {
            environment?.Count(scratch.User);
        }
    }

    private void Single(
        Scratch scratch, EnvironmentTable? environment, ReadOnlySpan<char> flag, EvaluationKey key, long position,
        in TrustSnapshot snapshot)
    {
        var answer = Router.Route(environment, flag, scratch.User, snapshot.Trust);
        if (answer.Error == RouteError.FlagNotFound)
        {
            scratch.Status = StatusCodes.Status404NotFound;
            OfrepWriter.Failure(scratch.Output, flag, "FLAG_NOT_FOUND", "Flag not found in this environment.");
            return;
        }

        scratch.Status = answer.Error == RouteError.None ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        OfrepWriter.Single(scratch.Output, answer, Asker(scratch, environment, key), position, Age(snapshot));
    }

    private void Bulk(HttpContext http, Scratch scratch, in BulkRequest request, in TrustSnapshot snapshot)
    {
        var has =
            OfrepTag.Matches(http.Request.Headers.IfNoneMatch, scratch.Output, request, scratch.Body.Span, snapshot.Trust, out var tag);
        scratch.Output.Length = 0;
        if (has)
        {
            (scratch.Status, scratch.Tag) = (StatusCodes.Status304NotModified, tag);
        }
        else if (Reads(scratch, request.Environment, []))
        {
            scratch.Tag = tag;
            OfrepWriter.Bulk(scratch.Output, Asker(scratch, request.Environment, request.Key), snapshot.Trust);
            OfrepWriter.EndBulk(
                scratch.Output, EventStreams.Address(request, tokens), request.Table.Timeline, request.Table.Position, Age(snapshot));
        }
    }

    /// <summary>The user of a request. Browsers report no metrics and get no segments, but are counted in theirs.</summary>
    private OfrepAsker Asker(Scratch scratch, EnvironmentTable? environment, EvaluationKey key) =>
        new(environment, scratch.User, environment is null ? 0 : people.Of(environment.Name), !key.Browser);

    /// <summary>Reads the context; false with a failure written when it is wrong.</summary>
    private static bool Reads(Scratch scratch, EnvironmentTable? environment, ReadOnlySpan<char> flag)
    {
        if (ContextBody.Read(scratch.Body.Span, scratch.User.Begin(environment)) is not { } wrong)
        {
            return true;
        }

        scratch.Status = StatusCodes.Status400BadRequest;
        OfrepWriter.Failure(scratch.Output, flag, wrong.Code, wrong.Details);
        return false;
    }

    /// <summary>Milliseconds since this node last confirmed that its table was the newest; null before the first time.</summary>
    private long? Age(in TrustSnapshot snapshot) => snapshot.Lease is { } lease ? (long)lease.Since.Age(time).TotalMilliseconds : null;
}
