using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Rollouts.Overview;

/// <summary>The list of rollouts, by id.</summary>
internal static class RolloutList
{
    /// <summary>Longest text that is searched for.</summary>
    private const int LongestText = 200;

    /// <summary>
    /// Most index entries of finished rollouts that one request looks at, some 10 ms. A page that ends there may be short or empty; its
    /// <c>next</c> goes on.
    /// </summary>
    private const int MostScanned = 100_000;

    public static ApiResult Answer(Query request, World world)
    {
        var query = request.Http.Request.Query;
        string? environment = null, plan = null, flag = null, text = null;
        RolloutStatus? status = null;
        AttentionKind? attention = null;
        if ((Paging.Read(query, out var after, out var limit) ?? query.Id("environment", out environment)
            ?? query.OneOf("status", out status) ?? query.Id("plan", out plan) ?? Text(query, "flag", FlagName.Longest, out flag)
            ?? Text(query, "text", LongestText, out text) ?? query.OneOf("attention", out attention)) is { } problem)
        {
            return problem;
        }

        if (Times(query, out var from, out var to) is { } wrong)
        {
            return wrong;
        }

        var lines = RolloutLines.Of(request, world, request.Service<OrchestratorClock>().GetUtcNow());
        var plans = new Dictionary<PlanFacts, bool>(ReferenceEqualityComparer.Instance);
        bool Named(PlanFacts facts) =>
            plans.TryGetValue(facts, out var known) ? known : plans[facts] = Has(text!, facts.Title, facts.Name, facts.Flag);
        var inMemory = world.Rollouts.Values.Select(entry => entry.State).Where(state =>
            string.CompareOrdinal(state.Id, after) > 0
            && (environment is null || state.Environment == environment) && (status is null || state.Status == status)
            && (plan is null || state.Plan.Name == plan) && (flag is null || state.Plan.Flag == flag)
            && Lived(state.CreatedAt, IsEnd(state.Status) ? state.Since : null, from, to)
            && (text is null || Has(text, state.Id, state.Plan.Title, state.Plan.Name, state.Plan.Flag))
            && (attention is null || lines.Attention(state).Any(one => one.Kind == attention)));

        // Nothing about a rollout that has left the memory is open.
        var (over, end) = attention is not null || status is { } one && !IsEnd(one) ? ([], null) : Scan(world, after, limit, entry =>
            (environment is null || entry.Environment == environment) && (status is null || entry.Status == status)
            && (plan is null || entry.Plan.Name == plan) && (flag is null || entry.Plan.Flag == flag)
            && Lived(entry.CreatedAt, entry.Since, from, to) && (text is null || Has(text, entry.Id) || Named(entry.Plan)));
        var all = inMemory.Where(state => end is null || string.CompareOrdinal(state.Id, end) <= 0)
            .Select(state => (state.Id, Line: (Func<object>)(() => lines.Line(state))))
            .Concat(over.Select(entry => (entry.Id, Line: (Func<object>)(() => lines.Line(entry)))));
        var (rollouts, next) = Paging.Page(all, line => line.Id, after, limit);
        return new ApiResult.Ok(new { rollouts = rollouts.Select(line => line.Line()), next = next ?? end });
    }

    /// <summary>
    /// Entries that match after an id, one more than a page has; and the id at which the search gave up, null when it did not.
    /// </summary>
    private static (List<FinishedRollout> Found, string? End) Scan(
        World world, string after, int limit, Func<FinishedRollout, bool> matches)
    {
        var (found, seen) = (new List<FinishedRollout>(), 0);
        foreach (var entry in world.Finished.After(after))
        {
            if (matches(entry))
            {
                found.Add(entry);
            }

            if (found.Count > limit)
            {
                return (found, null);
            }

            if (++seen == MostScanned)
            {
                return (found, entry.Id);
            }
        }

        return (found, null);
    }

    private static bool IsEnd(RolloutStatus status) => status is RolloutStatus.Aborted or RolloutStatus.Retired;

    /// <summary>True for a life, from its creation to its end (null for none yet), that shares a moment with the time asked for.</summary>
    private static bool Lived(DateTimeOffset created, DateTimeOffset? ended, DateTimeOffset? from, DateTimeOffset? to) =>
        (to is null || created <= to) && (from is null || ended is null || ended >= from);

    private static bool Has(string text, params ReadOnlySpan<string> places)
    {
        foreach (var one in places)
        {
            if (one.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static ApiResult.Problem? Times(IQueryCollection query, out DateTimeOffset? from, out DateTimeOffset? to)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        (from, to) = (QueryFilters.Moment(query, "from", errors), QueryFilters.Moment(query, "to", errors));
        if (from > to)
        {
            errors.Add(new InputError("to", $"must not be before from, {from:O}, but is {to:O}"));
        }

        return errors.Count == 0 ? null : ApiResult.Invalid(errors.ToImmutable());
    }

    /// <summary>Free text; null when the query string lacks it, or has it empty.</summary>
    private static ApiResult.Problem? Text(IQueryCollection query, string name, int longest, out string? text)
    {
        text = query[name] is [{ Length: > 0 } given, ..] ? given : null;
        return query[name].Count > 1 ? ApiResult.Invalid(name, "must be given once")
            : text?.Length > longest ? ApiResult.Invalid(name, $"may have at most {longest} characters, but has {text.Length}")
            : null;
    }
}
