using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Segments;

/// <summary>
/// Answers of segments from this node's routing table: by the router and under the lease of every other answer. No stream is read and no
/// change is waited for.
/// </summary>
public sealed class SegmentAnswers(IRoutingTables tables, ITableTrust node, LeaseSettings lease, IWorld world, PeopleKeys people)
{
    /// <summary>Error code of a segment that the environment does not have.</summary>
    public const string SegmentNotFound = "SEGMENT_NOT_FOUND";

    /// <summary>Error code of a node that has not read the log yet.</summary>
    public const string NotReady = "PROVIDER_NOT_READY";

    /// <summary>Most bytes of names and texts of a context: that of a body of OFREP.</summary>
    private const int LargestContext = 64 * 1024;

    /// <summary>Longest wait for a position that the caller knows of.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A buffer for each thread, which keeps its room: an answer is made without a pause.</summary>
    [ThreadStatic]
    private static EvaluationContext? t_user;

    /// <summary>The answer of a segment for a flag and a user.</summary>
    /// <param name="environment">Name of the environment.</param>
    /// <param name="segment">Key of the segment.</param>
    /// <param name="flag">Key of the flag; null asks for the user's place in the segment alone.</param>
    /// <param name="context">The user.</param>
    public Task<SegmentAnswer> Route(string environment, string segment, string? flag, RouteContext context) =>
        context.AtLeast is { } position && position > tables.Current.Position
            ? Later(position, environment, segment, flag, context)
            : Task.FromResult(Now(environment, segment, flag, context));

    private async Task<SegmentAnswer> Later(long position, string environment, string segment, string? flag, RouteContext context)
    {
        await world.WaitFor(position, Patience);
        return Now(environment, segment, flag, context);
    }

    private SegmentAnswer Now(string environment, string segment, string? flag, RouteContext context)
    {
        var nothing = new SegmentAnswer { Environment = environment, Segment = segment };
        if (IsTooLarge(context))
        {
            return Failed(nothing, "GENERAL", "The context is larger than 64 KiB.");
        }

        if (!world.CaughtUp)
        {
            return Failed(nothing, NotReady, "The node is still reading the log.");
        }

        var user = t_user ??= new EvaluationContext();
        EnvironmentTable? own;
        RouteAnswer route;
        SegmentAnswer answer;
        TrustSnapshot snapshot;
        do
        {
            // The trust before the table, as for every answer.
            snapshot = node.Now();
            var table = tables.Current;
            own = table.Environment(environment);
            Fill(user.Begin(own), context);
            route = flag is null ? default : Router.Route(own, flag, user, snapshot.Trust);
            var place = Belonging.Of(own, segment, user);
            var now = lease.Time.ReadClocks();
            answer = nothing with
            {
                Belongs = place?.Belongs,
                Rules = place is null ? [] : [.. place.Rules.Select(Seen)],
                Position = table.Position,
                Timeline = table.Timeline,
                TableAge = snapshot.Lease?.Since.Age(now),
                GoodFor = snapshot.Trust.IsStale ? null : snapshot.Lease?.Left(now),
            };
            answer = place is null ? Failed(answer, SegmentNotFound, $"Environment {environment} has no segment {segment}.")
                : flag is null ? answer
                : Routed(answer, route);
        }
        while (!node.Holds(snapshot));

        Count(own, route, answer, user);
        return answer;
    }

    private static SegmentRule Seen(ExplainedRule rule) => new() { Rule = rule.Rule, Matched = rule.Matched, Saw = rule.Saw };

    private static SegmentAnswer Routed(SegmentAnswer answer, in RouteAnswer route) => route.Error == RouteError.FlagNotFound
        ? Failed(answer, "FLAG_NOT_FOUND", "Flag not found in this environment.")
        : route.Error != RouteError.None
        ? Failed(Named(answer, route), route.Error.Name()!, Details(route))
        : Named(answer, route) with
        {
            Value = Encoding.UTF8.GetString(route.Value),
            Variant = route.Variant.Name(),
            Reason = route.Reason.Name(),
            Bucket = route.Bucket,
            DecidedBy = route.Segment,
        };

    private static SegmentAnswer Named(SegmentAnswer answer, in RouteAnswer route) => route.Entry?.Route is not { } of ? answer
        : answer with { Rollout = of.Rollout, Version = of.RolloutVersion, Phase = of.Phase, Step = of.Step };

    private static SegmentAnswer Failed(SegmentAnswer answer, string code, string details) =>
        answer with { Reason = "ERROR", ErrorCode = code, ErrorDetails = details };

    /// <summary>The sentence that OFREP has for the error.</summary>
    private static string Details(in RouteAnswer route)
    {
        var reader = new Utf8JsonReader(route.Entry!.Json(route));
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("errorDetails"u8))
            {
                reader.Read();
                return reader.GetString()!;
            }
        }

        return "";
    }

    /// <summary>
    /// Counts what was served, which tells after a rollback that new has stopped, and the user, for capped segments too: as OFREP does.
    /// </summary>
    private void Count(EnvironmentTable? environment, in RouteAnswer route, SegmentAnswer answer, EvaluationContext user)
    {
        if (answer.ErrorCode is null && route.Entry is not null && environment is not null)
        {
            Router.Serve(environment, route, user, people.Of(environment.Name));
            environment.Count(user);
        }
    }

    private static void Fill(EvaluationContext user, RouteContext context)
    {
        user.Key(context.TargetingKey);
        foreach (var attribute in Attributes(context))
        {
            // The key is a field of its own, as in OFREP. A kind from a later version of the contracts counts as missing.
            _ = attribute.Name is null or "targetingKey" ? user : attribute.Kind switch
            {
                AttributeKind.Text when attribute.Text is { } text => user.Set(attribute.Name, text),
                AttributeKind.Number when double.IsFinite(attribute.Number) => user.Set(attribute.Name, attribute.Number),
                AttributeKind.Integer => user.Set(attribute.Name, attribute.Integer),
                AttributeKind.Boolean => user.Set(attribute.Name, attribute.Integer != 0),
                _ => user,
            };
        }
    }

    private static bool IsTooLarge(RouteContext context)
    {
        var bytes = (long)Size(context.TargetingKey);
        foreach (var attribute in Attributes(context))
        {
            bytes += 1 + Size(attribute.Name) + Size(attribute.Text);
            if (bytes > LargestContext)
            {
                return true;
            }
        }

        return bytes > LargestContext;
    }

    private static int Size(string? text) =>
        text is null ? 0 : text.Length > LargestContext ? text.Length : Encoding.UTF8.GetByteCount(text);

    private static ImmutableArray<ContextAttribute> Attributes(RouteContext context) =>
        context.Attributes.IsDefault ? [] : context.Attributes;
}
