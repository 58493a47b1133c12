using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Rollouts;

/// <summary>Lists of rollouts and of what needs a person; a new rollout; waiting for a state.</summary>
internal static class ListVerbs
{
    private static readonly Column[] Rollouts =
    [
        new("ID", row => row.Text("id")),
        new("ENVIRONMENT", row => row.Text("environment")),
        new("STATUS", row => row.Text("status")),
        new("STEP", row => row.Text("step")),
        new("NEW", row => row.Text("percentage") is { } percent ? percent + "%" : null, Right: true),
        new("NEEDS", row => row.Text("attention.kind") ?? row.Text("attention")),
        new("CHANGED", row => Ages.Of(row, "changedAt"), Right: true),
        new("FLAG", row => row.Text("flag"), Wide: true),
        new("PLAN", row => $"{row.Text("plan.name")}@{row.Text("plan.revision")}", Wide: true),
        new("NEXT", row => row.Text("next.text") ?? row.Text("summary")),
    ];

    private static readonly Column[] Needing =
    [
        new("KIND", row => row.Text("kind")),
        new("ENVIRONMENT", row => row.Text("environment")),
        new("ROLLOUT", row => row.Text("rollout")),
        new("SINCE", row => Ages.Of(row, "since"), Right: true),
        new("TEXT", row => row.Text("text")),
    ];

    public static IEnumerable<Command> All() => [List(), Attention(), Create(), Wait()];

    private static Verb List()
    {
        Option<string?> environment = Inputs.Environment();
        Option<string?> status = new("--status") { Description = "Only this status", HelpName = "status" };
        status.AcceptOnlyFromAmong("created", "running", "paused", "rolledBack", "completed", "aborted", "retired");
        Option<string?> plan = new("--plan") { Description = "Only rollouts of this plan", HelpName = "name" };
        Option<string?> flag = new("--flag") { Description = "Only rollouts of this flag", HelpName = "key" };
        Option<string?> text = new("--text") { Description = "Only with this text in id, title, plan or flag", HelpName = "text" };
        Option<string?> from = new("--from") { Description = "Only rollouts not over before then: RFC 3339, or a time ago such as 30d", HelpName = "time" };
        Option<string?> to = new("--to") { Description = "Only rollouts created by then: RFC 3339, or a time ago such as 7d", HelpName = "time" };
        plan.CompletionSources.Add(ServerNames.Plans);
        environment.CompletionSources.Add(ServerNames.Environments);
        return new Verb("list", "List rollouts", "rollout list -e production", "rollout list --status running -o name", "rollout list --status retired --from 90d --to 30d", "rollout list -o jsonpath='{.rollouts[*].id}'")
            .With(environment, status, plan, flag, text, from, to).Does(async (invocation, stop) =>
            {
                var path = "/api/v1/rollouts".Query(
                    ("environment", invocation.Value(environment) ?? invocation.Server.Environment), ("status", invocation.Value(status)),
                    ("plan", invocation.Value(plan)), ("flag", invocation.Value(flag)), ("text", invocation.Value(text)),
                    ("from", Inputs.Instant(invocation.Value(from))), ("to", Inputs.Instant(invocation.Value(to))));
                invocation.Printer.List(
                    await invocation.All(path, "rollouts", stop), "rollouts", row => $"rollout/{row.Text("id")}", Rollouts, "No rollouts.");
                return ExitCode.Success;
            });
    }

    private static Verb Attention()
    {
        var environment = Inputs.Environment();
        return new Verb("attention", "List what needs a person, the worst first", "rollout attention", "rollout attention -e production -o json")
            .With(environment).Does(async (invocation, stop) =>
            {
                var answer = await invocation.Get("/api/v1/attention".Query(("environment", invocation.Value(environment) ?? invocation.Server.Environment)), stop);
                invocation.Printer.List(answer, "attention", row => row.Text("rollout") is { } id ? $"rollout/{id}" : row.Text("kind") ?? "", Needing, "Nothing needs a person.");
                return ExitCode.Success;
            });
    }

    private static Verb Create()
    {
        var id = new Argument<string>("id") { Description = "Id of the new rollout" };
        var plan = new Option<string>("--plan") { Description = "Name of a stored plan", HelpName = "name", Required = true };
        var (environment, revision) = (Inputs.Environment(), new Option<int?>("--revision") { Description = "Revision of the plan. Default: the newest", HelpName = "number" });
        plan.CompletionSources.Add(ServerNames.Plans);
        return new Verb("create", "Create a rollout of a stored plan; it does not start", "rollout create checkout --plan checkout -e production")
            .With(id, plan, environment, revision).Does(async (invocation, stop) =>
            {
                var body = new JsonObject
                {
                    ["id"] = invocation.Value(id),
                    ["plan"] = invocation.Value(plan),
                    ["environment"] = Inputs.Environment(invocation, environment),
                };
                if (invocation.Value(revision) is { } number)
                {
                    body["revision"] = number;
                }

                var answer = await invocation.Send(HttpMethod.Post, "/api/v1/rollouts", body, stop);
                invocation.Printer.One(answer.Json, $"rollout/{invocation.Value(id)}", _ =>
                    invocation.Terminal.Out.WriteLine($"{invocation.Value(id)}: {Plain.Line(answer.Json.Text("summary") ?? "")}"));
                return ExitCode.Success;
            });
    }

    private static Verb Wait()
    {
        var id = new Argument<string>("id") { Description = "Id of the rollout" };
        id.CompletedBy(ServerNames.Rollouts);
        var condition = new Option<string>("--for") { Description = WaitConditions.Forms, HelpName = "condition", Required = true };
        var timeout = Waits.Timeout("1h");
        condition.CompletionSources.Add("status=completed", "status=rolledBack", "gate=hold", "review=open");
        return new Verb(
            "wait", "Wait for a state of a rollout; exit code 8 when the time is over, 9 when it was rolled back meanwhile",
            "rollout wait checkout --for status=completed --timeout 24h", "rollout wait checkout --for step=half", "rollout wait checkout --for gate=samples")
            .With(id, condition, timeout).Does(async (invocation, stop) =>
            {
                var text = invocation.Value(condition)!;
                var holds = WaitConditions.Read(text);
                var reached = await Waits.Until(
                    invocation, Calls.Route($"/api/v1/rollouts/{invocation.Value(id)}"),
                    view => holds(view) || WaitConditions.Breached(view), text, invocation.Value(timeout) ?? TimeSpan.FromHours(1), stop);
                invocation.Printer.One(reached, $"rollout/{invocation.Value(id)}", _ => invocation.Terminal.Out.WriteLine($"{invocation.Value(id)}: {Plain.Line(reached.Text("summary") ?? "")}"));
                if (holds(reached))
                {
                    return ExitCode.Success;
                }

                invocation.Say($"The wait for {text} ended: {invocation.Value(id)} is {reached.Text("status")}.");
                return ExitCode.Breached;
            });
    }
}
