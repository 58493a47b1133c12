using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Plans;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Streams;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.History.WhatIf;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Rollouts.WhatIf;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.PlanFiles;

namespace Orchestrator.Api.Rollouts.WhatIf;

/// <summary>Another plan over recorded signals: a question is queued, and its answer is asked for.</summary>
internal static class WhatIfEndpoints
{
    private const string One = "/what-ifs/{id}";
    private const int LongestPlan = 60_000;

    public static void MapWhatIfs(this IEndpointRouteBuilder api)
    {
        api.MapPost(
            BodyKind.Json, "/rollouts/{id}/what-if",
            "Ask what another plan would have done over the recorded signals: { set | plan | revision, last? }; answers 202 and the address of the answer",
            Ask);
        api.MapQuery(One, "Get the progress and the answers of a what-if", Get);
        api.MapDelete(One, "Cancel a what-if", Cancel);
    }

    private static async Task<ApiResult> Ask(Query request, World world)
    {
        var id = request.RouteValue("id");
        if (!world.Rollouts.TryGetValue(id, out var found))
        {
            return RolloutProblems.NotFound(id);
        }

        var input = new Input(request, world, request.Service<OrchestratorClock>().GetUtcNow());
        if (Read(input, found.State, request.Caller.KeyId) is not { } question || input.Refusal is not null)
        {
            return input.Refusal!;
        }

        var job = "w" + Guid.NewGuid().ToString("n");
        return await request.Service<IGrainFactory>().GetGrain<IWhatIfGrain>(job).Start(question) is { } refused
            ? new ApiResult.Problem(503, "node.too_many_what_ifs", refused, RetryAfter: StreamAdmission.SecondsToWait())
            : new ApiResult.Ok(
                WhatIfView.Of(job, new WhatIfStatus(question, WhatIfState.Queued, 0, input.Now, null, [], null)), Status: 202,
                Location: $"/api/v1/what-ifs/{job}");
    }

    private static WhatIfQuestion? Read(Input input, RolloutState state, string key)
    {
        if (input.Members("set", "plan", "revision", "last") is not { } body)
        {
            return null;
        }

        string[] texts = [.. body.Items("set").Each(static item => item.Text())];
        var text = body["plan"]?.Text(LongestPlan);
        var number = body["revision"]?.Whole(1);
        var last = body["last"]?.Whole(1, WhatIfQuestion.MostRollouts) ?? 1;
        var ways = (texts.Length > 0 ? 1 : 0) + (text is null ? 0 : 1) + (number is null ? 0 : 1);
        if (ways != 1)
        {
            input.Error("set", "give one of set (changes of the plan), plan (a text) and revision (of the stored plan)");
            return null;
        }

        var errors = ImmutableArray.CreateBuilder<InputError>();
        var patches = PlanPatch.Read(texts, errors);
        var (plan, said) = (texts.Length, text, number) switch
        {
            ( > 0, _, _) => (errors.Count == 0 ? PlanPatch.Apply(state.Plan, patches, errors) : null, string.Join(", ", texts)),
            (_, { } given, _) => (Of(given, errors), "a plan that is not stored"),
            _ => (Revision(input, state, number!.Value, errors), $"revision {number}"),
        };
        if (plan is not null && plan.Flag != state.Plan.Flag)
        {
            errors.Add(new InputError("plan", $"routes flag '{plan.Flag}', and the rollout routes '{state.Plan.Flag}'"));
        }

        input.Errors(errors);
        return plan is null || errors.Count > 0 ? null : new WhatIfQuestion(
            [.. Rollouts(input.World, state, (int)last)], [.. patches], texts.Length > 0 ? null : plan.Document, said, key);
    }

    private static Plan? Of(string text, ImmutableArray<InputError>.Builder errors)
    {
        var reading = PlanText.Read(Encoding.UTF8.GetBytes(text));
        errors.AddRange(reading.Errors.Select(error => error with { Path = $"plan.{error.Path}" }));
        return reading.Plan;
    }

    private static Plan? Revision(Input input, RolloutState state, long number, ImmutableArray<InputError>.Builder errors)
    {
        if (PlanEndpoints.Find(input.World, state.Plan.Name, number) is { } revision)
        {
            return PlanEndpoints.Read(revision);
        }

        errors.Add(new InputError("revision", $"plan '{state.Plan.Name}' has no revision {number}"));
        return null;
    }

    /// <summary>The rollout, and the newest others of its plan or its flag, newest first.</summary>
    private static IEnumerable<string> Rollouts(World world, RolloutState state, int last) => Kin
        .Of(world, one => one.Id != state.Id && (one.Plan == state.Plan.Name || one.Flag == state.Plan.Flag))
        .Select(one => one.Id).Prepend(state.Id).Take(last);

    private static async Task<ApiResult> Get(Query request, World world)
    {
        var id = request.RouteValue("id");
        return await request.Service<IGrainFactory>().GetGrain<IWhatIfGrain>(id).Status() is { } status
            ? new ApiResult.Ok(WhatIfView.Of(id, status))
            : NotFound(id);
    }

    private static async Task<ApiResult> Cancel(Query request, World world)
    {
        var id = request.RouteValue("id");
        return await request.Service<IGrainFactory>().GetGrain<IWhatIfGrain>(id).Cancel() ? new ApiResult.NoContent() : NotFound(id);
    }

    private static ApiResult.Problem NotFound(string id) => new(
        404, "what_if.not_found", $"There is no what-if {id}. Answers are kept in memory for an hour, and not beyond a restart of their silo.");
}
