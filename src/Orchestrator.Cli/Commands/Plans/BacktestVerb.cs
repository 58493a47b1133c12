using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Orchestrator.Cli.Plans;
using Orchestrator.Cli.Running;
using Orchestrator.Domain.Backtests;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Quantities;
using Orchestrator.PlanFiles;
using Plan = Orchestrator.Domain.Plans.Plan;

namespace Orchestrator.Cli.Commands.Plans;

/// <summary>A plan's rules over the history in Prometheus. From this machine, or from a server for a stored plan.</summary>
internal static class BacktestVerb
{
    private const string Stored = "server:";
    private const int UsualDays = 30;
    private const int AtOnce = 4;

    /// <summary>Time of a server for a backtest, which has five minutes, and one on top.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    public static Verb New()
    {
        var plan = new Argument<string>("plan") { Description = $"The plan: {PlanSide.Forms}. server:NAME without --prometheus is tested by the server" };
        var url = new Option<string?>("--prometheus") { Description = "Base URL of Prometheus, in place of those of the plan", HelpName = "url" };
        var sources = new Option<string?>("--sources") { Description = "File with the key sources, in place of those of the plan: for a plan whose services push", HelpName = "file" };
        var days = new Option<int>("--days") { Description = $"Days until now. Default: {UsualDays}", HelpName = "number", DefaultValueFactory = _ => UsualDays };
        var step = new Option<string?>("--step") { Description = "Time between two readings, such as 1m. Default: by the days, 5m for 30", HelpName = "duration" };
        var environment = new Option<string>("--environment", "-e") { Description = "Value of $environment in queries. Default: production", HelpName = "name", DefaultValueFactory = _ => "production" };
        var rises = new Option<string[]>("--rise") { Description = "Rise of a metric whose time until it is seen is computed, such as error_rate=0.3%. Default: 1.5 times the limit", HelpName = "metric=value" };
        var bearer = new Option<string?>("--bearer-file") { Description = "File with a bearer token for Prometheus", HelpName = "file" };
        var format = PlanFileVerbs.Format(BacktestText.Formats, "text or json");
        return new Verb(
            "backtest", "Test a plan's triggers and criteria on the history in Prometheus, before any rollout",
            "rollout backtest plans/checkout.yaml --prometheus http://prometheus:9090 --days 30", "rollout backtest server:checkout",
            "rollout backtest plans/chat.yaml --sources plans/chat.sources.yaml --prometheus http://localhost:9090 --rise error_rate=0.3%")
            .With(plan, url, sources, days, step, environment, rises, bearer, format).Does(async (invocation, stop) =>
            {
                var name = invocation.Value(plan);
                if (name.StartsWith(Stored, StringComparison.Ordinal) && invocation.Value(url) is null && invocation.Value(sources) is null)
                {
                    var parts = name[Stored.Length..].Split('@', 2);
                    var path = Calls.Route($"/api/v1/plans/{parts[0]}/backtest").Query(
                        ("revision", parts.ElementAtOrDefault(1)), ("days", invocation.Value(days).ToString(CultureInfo.InvariantCulture)),
                        ("step", invocation.Value(step)), ("environment", invocation.Value(environment)),
                        ("rise", invocation.Value(rises) is { Length: > 0 } all ? string.Join(',', all) : null));
                    using var api = invocation.Server.Client(Patience);
                    BacktestText.Write(await api.Get(path, stop), invocation.Value(format)!, invocation.Terminal.Out);
                    return ExitCode.Success;
                }

                var side = await PlanSide.Read(invocation, name, stop);
                var read = With(side, invocation.Value(sources), invocation.Value(url));
                var options = Options(
                    read, invocation.Value(days), invocation.Value(step), invocation.Value(environment)!, invocation.Value(rises) ?? []);
                var report = await Run(read, options, Token(invocation.Value(bearer)), invocation, stop);
                BacktestText.Write(BacktestText.Json(report), invocation.Value(format)!, invocation.Terminal.Out);
                return ExitCode.Success;
            });
    }

    private static async Task<BacktestReport> Run(
        Plan plan, BacktestOptions options, string? bearer, Invocation invocation, CancellationToken stop)
    {
        using var client = new HistoryClient(bearer);
        using var turns = new SemaphoreSlim(AtOnce);
        var backtest = Backtest.Of(plan, options);
        var told = 0;
        while (backtest.Next() is { IsEmpty: false } next)
        {
            backtest.Take(
                await Task.WhenAll(next.Select(async one =>
                {
                    await turns.WaitAsync(stop);
                    try
                    {
                        return await client.Ask(one.Source.Url, one.Question, stop);
                    }
                    finally
                    {
                        turns.Release();
                    }
                })),
                () => stop.IsCancellationRequested);
            stop.ThrowIfCancellationRequested();
            if ((int)(backtest.Done * 4) is var quarter && quarter > told && quarter < 4)
            {
                told = quarter;
                invocation.Say($"{quarter * 25} % of the history is read.");
            }
        }

        return backtest.Failure is { } failure ? throw new Failure(ExitCode.Unreachable, failure) : backtest.Report();
    }

    private static Plan With(PlanSide side, string? sources, string? url)
    {
        var plan = side.Plan;
        if (sources is not null)
        {
            var reading = PlanSource.Of(side.Text).Plan(PlanInput.Read(sources, TextReader.Null).Source);
            plan = reading.Plan ?? throw Failure.Invalid(
                $"{side.Name} with the sources of {sources} is no valid plan.", [.. reading.Errors.Select(error => $"{error.Path}: {error.Message}")]);
        }

        if (url is null)
        {
            return plan;
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? plan with
            {
                Sources = [.. plan.Sources.Select(source => source.Kind == SourceKind.Prometheus ? source with { Url = url } : source)],
            }
            : throw Failure.Invalid($"--prometheus is \"{url}\"; it must be an http or https URL such as http://prometheus:9090.");
    }

    private static BacktestOptions Options(Plan plan, int days, string? step, string environment, string[] rises)
    {
        var errors = new List<string>();
        TimeSpan? every = null;
        if (step is not null)
        {
            if (Durations.TryParse(step, out var given))
            {
                every = given;
            }
            else
            {
                errors.Add($"--step is \"{step}\"; it must be a duration such as 1m.");
            }
        }

        errors.AddRange(BacktestOptions.Check(plan, days, every).Select(error => $"{error.Path}: {error.Message}"));
        var read = BacktestOptions.ReadRises(plan, rises);
        errors.AddRange(read.Errors.Select(error => $"--rise: {error.Message}"));
        return errors.Count > 0
            ? throw Failure.Invalid("The backtest cannot run.", errors)
            : BacktestOptions.LastDays(plan, days, DateTimeOffset.UtcNow, every) with { Environment = environment, Rises = read.Rises };
    }

    private static string? Token(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var token = File.Exists(file) ? File.ReadLines(file).FirstOrDefault()?.Trim() : throw new Failure(ExitCode.NotFound, $"{file} does not exist.");
        return token is { Length: > 0 } && token.All(one => one is > ' ' and <= '~') ? token : throw Failure.Invalid($"{file} has no bearer token.");
    }
}
