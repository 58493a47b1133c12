using System.Collections.Immutable;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Backtests;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Plans;

/// <summary>A stored plan's triggers and criteria on the history in its Prometheus. Changes nothing.</summary>
internal static class PlanBacktests
{
    private const int UsualDays = 30;

    /// <summary>Queries that run at once.</summary>
    private const int AtOnce = 4;

    /// <summary>Longest environment in queries.</summary>
    private const int LongestEnvironment = 63;

    /// <summary>Time for the whole, in real time.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static void MapPlanBacktests(this IEndpointRouteBuilder api) => api.MapQuery(
        "/plans/{name}/backtest",
        "Test the triggers and criteria of a plan on the history in Prometheus: ?days=, ?step=, ?environment=, ?rise=; ?revision=", Answer);

    private static async Task<ApiResult> Answer(Query request, World world)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var revision = PlanPreviews.Number(request, "revision", errors);
        var days = PlanPreviews.Number(request, "days", errors);
        var step = Step(request, errors);
        var environment = Text(request, "environment") ?? "production";
        if (environment.Length > LongestEnvironment
            || !environment.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-'))
        {
            errors.Add(new InputError("environment", $"must be a name of lower-case letters, digits and hyphens, but is '{Field.Short(environment)}'"));
        }

        if (PlanEndpoints.Find(world, request.RouteValue("name"), revision) is not { } found)
        {
            return errors.Count > 0 ? ApiResult.Invalid(errors.ToImmutable()) : PlanPreviews.NotFound(request.RouteValue("name"));
        }

        var plan = PlanEndpoints.Read(found);
        errors.AddRange(BacktestOptions.Check(plan, days ?? UsualDays, step));
        var rises = BacktestOptions.ReadRises(plan, Text(request, "rise")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? []);
        errors.AddRange(rises.Errors);
        if (errors.Count > 0)
        {
            return ApiResult.Invalid(errors.ToImmutable());
        }

        // History has the times of Prometheus' own clock, which is real time.
        var options = BacktestOptions.LastDays(plan, (int)(days ?? UsualDays), TimeProvider.System.GetUtcNow(), step) with
        {
            Environment = environment,
            Rises = rises.Rises,
        };
        return await request.Service<BacktestReads>().Run(request, () => Run(request, plan, options));
    }

    private static async Task<ApiResult> Run(Query request, Plan plan, BacktestOptions options)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(request.Stop);
        limit.CancelAfter(Longest);
        var (history, backtest) = (request.Service<PrometheusHistory>(), Backtest.Of(plan, options));
        using var turns = new SemaphoreSlim(AtOnce);
        try
        {
            while (backtest.Next() is { IsEmpty: false } next)
            {
                var answers = await Task.WhenAll(next.Select(async one =>
                {
                    await turns.WaitAsync(limit.Token);
                    try
                    {
                        return await history.Ask(one.Source, one.Question, limit.Token);
                    }
                    finally
                    {
                        turns.Release();
                    }
                }));
                backtest.Take(answers, () => limit.IsCancellationRequested);
                limit.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!request.Stop.IsCancellationRequested)
        {
            return new ApiResult.Problem(
                422, "backtest.too_long", $"The backtest did not end within {Durations.Format(Longest)}. Take fewer days or a longer step, or run it with rollout backtest on your machine.");
        }

        return backtest.Failure is { } failure
            ? new ApiResult.Problem(422, "backtest.no_history", failure)
            : new ApiResult.Ok(backtest.Report());
    }

    private static TimeSpan? Step(Query request, ImmutableArray<InputError>.Builder errors)
    {
        if (Text(request, "step") is not { } text)
        {
            return null;
        }

        if (Durations.TryParse(text, out var step))
        {
            return step;
        }

        errors.Add(new InputError("step", $"must be a duration such as 5m, but is '{Field.Short(text)}'"));
        return null;
    }

    private static string? Text(Query request, string name) =>
        request.Http.Request.Query.TryGetValue(name, out var given) && given.ToString() is { Length: > 0 } text ? text : null;
}
