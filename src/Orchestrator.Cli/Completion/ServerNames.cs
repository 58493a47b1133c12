using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Text.Json;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Servers;

namespace Orchestrator.Cli.Completion;

/// <summary>
/// Names from the server, for arguments and options. A shell waits for them, so they have a second; whatever fails, there are none, because
/// a completion has no place for a message.
/// </summary>
internal static class ServerNames
{
    /// <summary>Most names of one kind that are asked for; the server gives no more in one answer.</summary>
    private const int Most = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Completes an argument with names from the server. It gets a name for its help, which would ask for all of them without one.
    /// </summary>
    public static void CompletedBy(this Argument argument, Func<CompletionContext, IEnumerable<CompletionItem>> names)
    {
        argument.HelpName ??= argument.Name;
        argument.CompletionSources.Add(names);
    }

    /// <summary>Ids of rollouts.</summary>
    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Rollouts = context => Ask(
        context, _ => "/api/v1/rollouts".Query(("limit", $"{Most}")), answer => Items(answer, "rollouts", "id", row =>
            $"{row.Text("status")}, {row.Text("percentage")} %, {row.Text("environment")}"));

    /// <summary>Steps of the rollout that the line names.</summary>
    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Steps = context => Ask(
        context, OfRollout("/schedule"), answer => Items(answer, "steps", "step", row => row.Text("phase") ?? ""));

    /// <summary>Segments of the environment that the line or the context names; else those of the rollout that the line names.</summary>
    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Segments = context => Ask(
        context,
        invocation => RolloutOf(context.ParseResult) is null && EnvironmentOf(context.ParseResult, invocation) is { } environment
            ? Calls.Route($"/api/v1/segments/{environment}").Query(("limit", $"{Most}")) : OfRollout("")(invocation),
        answer => Items(answer, "segments", "key", row => row.Text("title") ?? row.Text("text") ?? ""));

    /// <summary>Open reviews of the rollout that the line names.</summary>
    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Reviews = context => Ask(
        context, OfRollout(""), answer => answer.Items("reviews").Where(row => row.Text("state") == "open").Select(
            row => Item(row, "id", $"{row.Text("kind")}, {row.Text("step")}")));

    /// <summary>Objectives of the rollout that the line names, without those that are complete.</summary>
    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Objectives = context => Ask(
        context, OfRollout(""), answer => answer.Items("objectives").Where(row => !row.True("completed")).Select(
            row => Item(row, "name", row.Text("title") ?? "")));

    /// <summary>Names of stored plans.</summary>
    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Plans = context => Ask(
        context, _ => "/api/v1/plans".Query(("limit", $"{Most}")), answer => Items(answer, "plans", "name", row => row.Text("title") ?? ""));

    /// <summary>Environments: those with flags or a stopped line, and those of rollouts.</summary>
    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Environments = context => Ask(
        context,
        (_ => "/api/v1/environments".Query(("limit", $"{Most}")), answer => Items(answer, "environments", "name", _ => "")),
        (_ => "/api/v1/rollouts".Query(("limit", $"{Most}")), answer => Items(answer, "rollouts", "environment", _ => "")));

    /// <summary>Ids of incidents, the newest first.</summary>
    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Incidents = context => Ask(
        context, _ => "/api/v1/incidents".Query(("limit", "100")), answer => Items(answer, "incidents", "id", row =>
            $"{row.Text("state")}, {row.Text("severity")}"));

    private static IEnumerable<CompletionItem> Ask(
        CompletionContext context, Func<Invocation, string?> path, Func<JsonElement, IEnumerable<CompletionItem>> names) =>
        Ask(context, (path, names));

    private static IEnumerable<CompletionItem> Ask(
        CompletionContext context,
        params (Func<Invocation, string?> Path, Func<JsonElement, IEnumerable<CompletionItem>> Names)[] questions)
    {
        try
        {
            using var stop = new CancellationTokenSource(Patience);
            using var invocation = new Invocation(context.ParseResult, Terminal.Current)
            {
                Server = ServerSettings.Of(context.ParseResult, Terminal.Current, refresh: false),
            };
            // Sources of completions are synchronous.
            return Task.Run(Answers).WaitAsync(Patience).GetAwaiter().GetResult();

            async Task<List<CompletionItem>> Answers()
            {
                List<CompletionItem> all = [];
                foreach (var (path, names) in questions)
                {
                    if (path(invocation) is { } target)
                    {
                        all.AddRange(names(await invocation.Get(target, stop.Token)));
                    }
                }

                return all;
            }
        }
        catch (Exception error) when (error is Failure or OrchestratorApiException or OrchestratorUnreachableException
            or OperationCanceledException or TimeoutException or IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException)
        {
            return [];
        }
    }

    private static IEnumerable<CompletionItem> Items(JsonElement answer, string list, string name, Func<JsonElement, string> detail) =>
        answer.Items(list).Where(row => row.Text(name) is { Length: > 0 }).Select(row => Item(row, name, detail(row)));

    private static CompletionItem Item(JsonElement row, string name, string detail) => new(row.Text(name)!, detail: detail);

    private static Func<Invocation, string?> OfRollout(string part) => invocation =>
        RolloutOf(invocation.Parsed) is { } id ? Calls.Route($"/api/v1/rollouts/{id}") + part : null;

    /// <summary>The rollout that the line names: the argument or option of that name, or the argument <c>id</c>.</summary>
    private static string? RolloutOf(ParseResult parsed) => Given(parsed, "rollout") ?? Given(parsed, "--rollout") ?? Given(parsed, "id");

    private static string? EnvironmentOf(ParseResult parsed, Invocation invocation) =>
        Given(parsed, "environment") ?? Given(parsed, "--environment") ?? invocation.Server.Environment;

    private static string? Given(ParseResult parsed, string name)
    {
        var symbol = (Symbol?)parsed.CommandResult.Command.Arguments.FirstOrDefault(one => one.Name == name)
            ?? parsed.CommandResult.Command.Options.FirstOrDefault(one => one.Name == name);
        return symbol is null ? null : parsed.GetResult(symbol) switch
        {
            ArgumentResult { Tokens: [var token, ..] } => token.Value,
            OptionResult { Tokens: [var token, ..] } => token.Value,
            _ => null,
        };
    }
}
