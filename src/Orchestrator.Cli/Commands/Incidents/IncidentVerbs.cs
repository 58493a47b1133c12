using System.CommandLine;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Incidents;

/// <summary>Incidents: list, get, acknowledge, resolve.</summary>
internal static class IncidentVerbs
{
    private static readonly Column[] Columns =
    [
        new("ID", row => row.Text("id")),
        new("ROLLOUT", row => row.Text("rollout")),
        new("SEVERITY", row => row.Text("severity")),
        new("STATE", row => row.Text("state")),
        new("AGE", row => Ages.Of(row, "openedAt"), Right: true),
        new("ACKNOWLEDGED", row => row.Text("acknowledged.name") ?? row.Text("acknowledged.by")),
        new("TRIGGER", row => row.Text("trigger"), Wide: true),
        new("REASON", row => row.Text("reason")),
    ];

    public static IEnumerable<Command> All() =>
    [
        List(),
        Get(),
        Answer("ack", "acknowledge", "Acknowledge an incident: a person looks at it", required: false, "rollout ack checkout-1 -m 'on it'"),
        Answer("resolve", "resolve", "Resolve an incident", required: true, "rollout resolve checkout-1 -m 'pool of connections was too small'"),
    ];

    private static Argument<string> Id()
    {
        var id = new Argument<string>("incident") { Description = "Id of the incident" };
        id.CompletedBy(ServerNames.Incidents);
        return id;
    }

    private static Verb List()
    {
        var environment = Inputs.Environment();
        Option<string?> rollout = new("--rollout") { Description = "Only of this rollout", HelpName = "id" };
        Option<string?> state = new("--state") { Description = "Only these states, with commas between them: open, escalated, resolved, ended", HelpName = "states" };
        rollout.CompletionSources.Add(ServerNames.Rollouts);
        return new Verb("incidents", "List incidents, the newest first", "rollout incidents --state open,escalated").With(environment, rollout, state).Does(async (invocation, stop) =>
        {
            var path = "/api/v1/incidents".Query(
                ("environment", invocation.Value(environment) ?? invocation.Server.Environment), ("rollout", invocation.Value(rollout)),
                ("state", invocation.Value(state)));
            invocation.Printer.List(await invocation.All(path, "incidents", stop), "incidents", row => $"incident/{row.Text("id")}", Columns, "No incidents.");
            return ExitCode.Success;
        });
    }

    private static Verb Get()
    {
        var id = Id();
        return new Verb("incident", "Show an incident with the steps of its verification", "rollout incident checkout-1").With(id).Does(async (invocation, stop) =>
        {
            var answer = await invocation.Get(Calls.Route($"/api/v1/incidents/{invocation.Value(id)}"), stop);
            invocation.Printer.One(answer, $"incident/{invocation.Value(id)}", _ =>
            {
                var o = invocation.Terminal.Out;
                o.WriteLine($"{answer.Text("id")}  {answer.Text("severity")}  {answer.Text("state")}  {Plain.Line(answer.Text("reason") ?? "")}");
                foreach (var leg in answer.Items("legs"))
                {
                    o.WriteLine($"  {leg.Text("leg"),-12} {leg.Text("outcome"),-10} {Plain.Line(leg.Text("text") ?? "")}");
                }
            });
            return ExitCode.Success;
        });
    }

    private static Verb Answer(string name, string verb, string description, bool required, params string[] examples)
    {
        var (id, reason) = (Id(), new Option<string?>("--reason", "-m") { Description = "Reason, for the audit trail", HelpName = "text", Required = required });
        return new Verb(name, description, examples).With(id, reason).Does(async (invocation, stop) =>
        {
            var body = new JsonObject();
            if (invocation.Value(reason) is { } text)
            {
                body["reason"] = text;
            }

            var answer = (await invocation.Send(HttpMethod.Post, Calls.Route($"/api/v1/incidents/{invocation.Value(id)}/{verb}"), body, stop)).Json;
            invocation.Printer.One(answer, $"incident/{invocation.Value(id)}", _ => invocation.Terminal.Out.WriteLine($"{invocation.Value(id)}: {answer.Text("state")}"));
            return ExitCode.Success;
        });
    }
}
