using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.History;

/// <summary>Verbs about the past: events, states of the past, explanations, retrospectives.</summary>
internal static class HistoryVerbs
{
    private static readonly Column[] Events =
    [
        new("AT", row => row.Text("at")),
        new("VERSION", row => row.Text("version"), Right: true),
        new("TYPE", row => row.Text("type")),
        new("BY", row => row.Text("actor.name") ?? row.Text("actor.id") ?? row.Text("actor.kind")),
        new("POSITION", row => row.Text("position"), Wide: true, Right: true),
        new("STREAM", row => row.Text("stream"), Wide: true),
        new("DATA", row => row.Text("data")),
    ];

    public static IEnumerable<Command> All() =>
        [EventsVerb(), At(), Explain(), JourneyVerb.Of(), Retrospective(), CompareVerb.Of(), WhatIfVerb.Of()];

    public static Argument<string> Id()
    {
        var id = new Argument<string>("id") { Description = "Id of the rollout" };
        id.CompletedBy(ServerNames.Rollouts);
        return id;
    }

    private static Verb EventsVerb()
    {
        var id = Id();
        Option<bool> follow = new("--follow", "-f") { Description = "Go on with the events as they happen; Ctrl+C ends it" };
        Option<string?> types = new("--type") { Description = "Only these types, with commas between them", HelpName = "types" };
        return new Verb("events", "List the events of a rollout", "rollout events checkout", "rollout events checkout --follow", "rollout events checkout --type RolledBack,IncidentOpened -o json")
            .With(id, follow, types).Does(async (invocation, stop) =>
            {
                var path = Calls.Route($"/api/v1/rollouts/{invocation.Value(id)}/events").Query(("type", invocation.Value(types)));
                var answer = await invocation.All(path, "events", stop);
                invocation.Printer.List(answer, "events", row => $"event/{row.Text("id")}", Events, "No events.");
                if (!invocation.Value(follow))
                {
                    return ExitCode.Success;
                }

                var after = (long)(answer.Items("events").Select(one => one.Number("position")).DefaultIfEmpty(0).Max() ?? 0);
                var asked = new StreamQuery { Rollout = invocation.Value(id), Type = invocation.Value(types), After = after };
                var conduct = new FollowOptions
                {
                    Resume = true,
                    Interrupted = failure => invocation.Say($"The stream ended{(failure is null ? "" : ": " + failure.Message)}. It is opened again."),
                };
                await foreach (var happened in invocation.Api.Events.Follow(asked, conduct, stop))
                {
                    var one = JsonSerializer.SerializeToElement(happened, JsonSerializerOptions.Web);
                    invocation.Terminal.Out.WriteLine(invocation.Printer.Format.ForPeople
                        ? string.Join("  ", Events.Where(column => !column.Wide).Select(column => Plain.Line(column.Text(one) ?? "-")))
                        : one.GetRawText());
                    await invocation.Terminal.Out.FlushAsync(stop);
                }

                return ExitCode.Success;
            });
    }

    private static Verb At()
    {
        var (id, time) = (Id(), new Argument<string>("time") { Description = "RFC 3339 time, or a time ago such as 2h" });
        return new Verb("at", "Show a rollout as it was at a time", "rollout at checkout 2026-12-14T09:00:00Z", "rollout at checkout 2h -o json")
            .With(id, time).Does(async (invocation, stop) =>
            {
                var answer = await invocation.Get(Calls.Route($"/api/v1/rollouts/{invocation.Value(id)}").Query(("at", Inputs.Instant(invocation.Value(time)))), stop);
                invocation.Printer.One(answer, $"rollout/{invocation.Value(id)}", _ =>
                {
                    var o = invocation.Terminal.Out;
                    o.WriteLine($"{invocation.Value(id)} at {invocation.Value(time)}: {Plain.Line(answer.Text("summary") ?? "")}");
                    o.WriteLine($"Status {answer.Text("status")}, phase {answer.Text("phase") ?? "-"}, step {answer.Text("step") ?? "-"}, {Plain.Line(answer.Text("audience") ?? "")}, version {answer.Text("version")}");
                });
                return ExitCode.Success;
            });
    }

    private static Verb Explain()
    {
        var user = UserContext.Key();
        Option<string> flag = new("--flag") { Description = "Flag", HelpName = "key", Required = true };
        var (environment, at) = (Inputs.Environment(), Inputs.At("A time in the past"));
        var attributes = UserContext.Attributes();
        return new Verb("explain", "Explain the variant that a user gets, or got", "rollout explain alice --flag checkout -e production", "rollout explain alice --flag checkout -a country=DE -a plan='\"pro\"' --at 2026-12-14T14:03:00Z")
            .With(user, flag, environment, at, attributes).Does(async (invocation, stop) =>
            {
                var context = UserContext.Of(invocation.Value(user), invocation.Value(attributes));
                var body = new JsonObject { ["flag"] = invocation.Value(flag), ["context"] = context };
                if (Inputs.Instant(invocation.Value(at)) is { } moment)
                {
                    body["at"] = moment;
                }

                var answer = await invocation.Ask(Calls.Route($"/api/v1/environments/{Inputs.Environment(invocation, environment)}/explain"), body, stop);
                invocation.Printer.One(
                    answer, $"flag/{invocation.Value(flag)}",
                    _ => Explanations.Write(invocation.Terminal, invocation.Value(user), invocation.Value(flag)!, answer));
                return ExitCode.Success;
            });
    }

    private static Verb Retrospective()
    {
        var id = Id();
        var (html, markdown) = (new Option<bool>("--html") { Description = "As one HTML file" }, new Option<bool>("--markdown") { Description = "As Markdown (the default for people)" });
        var at = Inputs.At("As of a time in the past");
        return new Verb("retro", "Write the retrospective of a rollout", "rollout retro checkout --html > checkout.html", "rollout retro checkout")
            .With(id, html, markdown, at).Does(async (invocation, stop) =>
            {
                var path = Calls.Route($"/api/v1/rollouts/{invocation.Value(id)}/retrospective").Query(("at", Inputs.Instant(invocation.Value(at))));
                if (!invocation.Value(html) && !invocation.Value(markdown) && !invocation.Printer.Format.ForPeople)
                {
                    invocation.Printer.One(await invocation.Get(path, stop), $"rollout/{invocation.Value(id)}", _ => { });
                    return ExitCode.Success;
                }

                invocation.Terminal.Out.Write(await invocation.Text(path, invocation.Value(html) ? "text/html" : "text/markdown", stop));
                return ExitCode.Success;
            });
    }
}
