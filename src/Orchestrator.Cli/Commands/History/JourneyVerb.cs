using System.CommandLine;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.History;

/// <summary>The variants of a user over a time.</summary>
internal static class JourneyVerb
{
    private static readonly Column[] Intervals =
    [
        new("SINCE", row => row.Text("from")),
        new("UNTIL", row => row.Text("until")),
        new("VARIANT", row => row.Text("variant") ?? row.Text("errorCode")),
        new("ROLLOUT", row => row.Text("rollout"), Wide: true),
        new("STEP", row => row.Text("step")),
        new("REASON", row => row.Text("reason"), Wide: true),
        new("EVENT", row => row.Text("began.type"), Wide: true),
        new("POSITION", row => row.Text("began.position"), Wide: true, Right: true),
        new("BECAUSE", row => row.Text("text")),
    ];

    public static Verb Of()
    {
        var user = UserContext.Key();
        Option<string> flag = new("--flag") { Description = "Flag", HelpName = "key", Required = true };
        var (environment, attributes) = (Inputs.Environment(), UserContext.Attributes());
        Option<string?> since = new("--since") { Description = "Begin: an RFC 3339 time such as 2026-12-14T09:00:00Z, or a time ago such as 7d", HelpName = "time" };
        Option<string?> until = new("--until") { Description = "End: an RFC 3339 time, or a time ago. Default: now", HelpName = "time" };
        return new Verb("journey", "List since when a user was on which variant, and why", "rollout journey alice --flag checkout -e production", "rollout journey alice --flag checkout -a country=DE --since 30d --until 7d -o json")
            .With(user, flag, environment, attributes, since, until).Does(async (invocation, stop) =>
            {
                var body = new JsonObject
                {
                    ["flag"] = invocation.Value(flag),
                    ["context"] = UserContext.Of(invocation.Value(user), invocation.Value(attributes)),
                };
                foreach (var (name, option) in (ReadOnlySpan<(string, Option<string?>)>)[("from", since), ("to", until)])
                {
                    if (Inputs.Instant(invocation.Value(option)) is { } moment)
                    {
                        body[name] = moment;
                    }
                }

                var path = Calls.Route($"/api/v1/environments/{Inputs.Environment(invocation, environment)}/journey");
                var answer = await invocation.Ask(path, body, stop);
                invocation.Printer.List(
                    answer, "intervals", row => $"event/{row.Text("began.position")}", Intervals, answer.Text("notice") ?? "No interval.");
                if (answer.Text("notice") is { } notice && answer.Items("intervals").Any() && invocation.Printer.Format.ForPeople)
                {
                    invocation.Say(notice);
                }

                return ExitCode.Success;
            });
    }
}
