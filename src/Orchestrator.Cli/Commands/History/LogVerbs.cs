using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.History;

/// <summary>Verbs about the log: audit, verification with and without a server, export.</summary>
internal static class LogVerbs
{
    /// <summary>Most events that an audit shows; a file has all of them.</summary>
    private const int MostShown = 10_000;

    private static readonly Column[] Audited =
    [
        new("AT", row => row.Text("at")),
        new("BY", row => row.Text("name") ?? row.Text("actor.id")),
        new("ROLE", row => row.Text("role"), Wide: true),
        new("STREAM", row => row.Text("stream")),
        new("VERSION", row => row.Text("version"), Wide: true, Right: true),
        new("TYPE", row => row.Text("type"), Wide: true),
        new("POSITION", row => row.Text("position"), Wide: true, Right: true),
        new("TEXT", row => row.Text("text")),
    ];

    public static IEnumerable<Command> All() => [Audit(), Verify(), Export()];

    private static Verb Audit()
    {
        Option<string?> actor = new("--actor") { Description = "Id, name or kind (user, timer, trigger, system) of the actor", HelpName = "actor" };
        Option<string?> types = new("--type") { Description = "Only these types, with commas between them", HelpName = "types" };
        Option<string?> of = new("--object") { Description = "A kind (rollout, plan, segment, environment, access) or one object, such as rollout/checkout", HelpName = "object" };
        Option<string?> since = new("--since") { Description = "Earliest time: RFC 3339, or a time ago such as 2h", HelpName = "time" };
        Option<string?> until = new("--until") { Description = "Latest time: RFC 3339, or a time ago such as 2h", HelpName = "time" };
        Option<string?> text = new("--text") { Description = "Text within the sentence, the type or the stream", HelpName = "text" };
        Option<int> limit = new("--limit") { Description = $"Most events, 1 to {MostShown}", HelpName = "number", DefaultValueFactory = _ => 100 };
        Option<bool> oldest = new("--oldest") { Description = "The oldest first" };
        Option<bool> csv = new("--csv") { Description = "All of them as a table for a spreadsheet, oldest first" };
        return new Verb(
            "audit", "List events of everything by actor, type, object and time, newest first",
            "rollout audit --actor ada --since 2026-12-01T00:00:00Z", "rollout audit --object access --type KeyCreated,KeyRevoked -o json",
            "rollout audit --object rollout/checkout --csv > checkout.csv")
            .With(actor, types, of, since, until, text, limit, oldest, csv).Does(async (invocation, stop) =>
            {
                var most = invocation.Value(limit);
                if (most is < 1 or > MostShown)
                {
                    throw Failure.Invalid($"--limit must be a whole number from 1 to {MostShown}, but is {most}.");
                }

                var (from, to) = (Inputs.Instant(invocation.Value(since)), Inputs.Instant(invocation.Value(until)));
                if (invocation.Value(csv))
                {
                    var asked = new AuditEventQuery
                    {
                        By = "all",
                        Actor = invocation.Value(actor),
                        Type = invocation.Value(types),
                        Object = invocation.Value(of),
                        From = Time(from),
                        To = Time(to),
                        Text = invocation.Value(text),
                    };
                    await foreach (var row in invocation.Api.Log.Export(asked, "text/csv", stop))
                    {
                        invocation.Terminal.Out.Write(row + "\r\n");
                    }

                    return ExitCode.Success;
                }

                var path = "/api/v1/audit".Query(
                    ("by", "all"), ("actor", invocation.Value(actor)), ("type", invocation.Value(types)), ("object", invocation.Value(of)),
                    ("from", from), ("to", to), ("text", invocation.Value(text)));

                invocation.Printer.List(
                    await Pages(invocation, path, !invocation.Value(oldest), most, stop), "done",
                    row => $"event/{row.Text("id")}", Audited, "No events.");
                return ExitCode.Success;
            });
    }

    private static DateTimeOffset? Time(string? instant) =>
        instant is null ? null : DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    /// <summary>Pages up to a number of events. A page may be empty and still have a next one.</summary>
    private static async Task<JsonElement> Pages(Invocation invocation, string path, bool newest, int most, CancellationToken stop)
    {
        JsonArray all = [];
        string? next = null;
        do
        {
            var page = await invocation.Get(
                path.Query(
                    ("order", newest ? "newest" : null), (newest ? "before" : "after", next),
                    ("limit", Math.Min(1000, most - all.Count).ToString(CultureInfo.InvariantCulture))),
                stop);
            foreach (var item in page.Items("done"))
            {
                all.Add(JsonNode.Parse(item.GetRawText()));
            }

            next = page.Text("next");
        }
        while (next is not null && all.Count < most);

        return JsonSerializer.SerializeToElement(new JsonObject { ["done"] = all });
    }

    private static Verb Verify()
    {
        var id = new Argument<string?>("id") { Description = "Id of a rollout. Without it: the whole log", Arity = ArgumentArity.ZeroOrOne };
        id.CompletedBy(ServerNames.Rollouts);
        Option<string?> offline = new("--offline") { Description = "An export to verify, without a server", HelpName = "file" };
        Option<string[]> checkpoints = new("--checkpoints") { Description = "Checkpoints to compare the export with: a file, or a folder of them; may be repeated", HelpName = "path" };
        Option<string?> key = new("--key") { Description = "Key of the checkpoints in PEM, public or private", HelpName = "file" };
        return new Verb(
            "verify", "Verify hash chains; exit code 1 when one is broken", "rollout verify", "rollout verify checkout",
            "rollout verify --offline log.ndjson --checkpoints checkpoint.json --key checkpoint-public.pem")
            .With(id, offline, checkpoints, key).Does(async (invocation, stop) =>
            {
                var (one, file) = (invocation.Parsed.GetValue(id), invocation.Value(offline));
                if (file is not null)
                {
                    return one is null
                        ? OfflineCheck.Run(invocation, file, invocation.Value(checkpoints) ?? [], invocation.Value(key), stop)
                        : throw Failure.Invalid("--offline verifies what the file has: name no rollout with it.");
                }

                if (invocation.Value(checkpoints) is { Length: > 0 } || invocation.Value(key) is not null)
                {
                    throw Failure.Invalid("--checkpoints and --key need --offline FILE.");
                }

                var answer = await invocation.Get(one is null ? "/api/v1/verify" : Calls.Route($"/api/v1/rollouts/{one}/verify"), stop);
                var intact = answer.True("intact");
                invocation.Printer.One(answer, one is null ? "log" : $"rollout/{one}", _ => invocation.Terminal.Out.WriteLine(
                    intact ? $"Intact: {answer.Text("events")} events." : $"Broken: {Plain.Line(answer.Text("text") ?? answer.Text("firstBroken.text") ?? answer.GetRawText())}"));
                return intact ? ExitCode.Success : ExitCode.Failed;
            });
    }

    private static Verb Export()
    {
        var id = new Argument<string?>("id") { Description = "Id of a rollout", Arity = ArgumentArity.ZeroOrOne };
        id.CompletedBy(ServerNames.Rollouts);
        Option<bool> all = new("--all") { Description = "The whole log" };
        Option<string?> of = new("--object") { Description = "A kind (rollout, plan, segment, environment, access) or one object, such as plan/checkout", HelpName = "object" };
        return new Verb(
            "export", "Write all events of a rollout, or of the log, as lines of JSON",
            "rollout export checkout > checkout.ndjson", "rollout export --all > log.ndjson", "rollout export --object plan > plans.ndjson")
            .With(id, all, of).Does(async (invocation, stop) =>
            {
                var (one, kind) = (invocation.Parsed.GetValue(id), invocation.Value(of));
                if ((one is null ? 0 : 1) + (invocation.Value(all) ? 1 : 0) + (kind is null ? 0 : 1) != 1)
                {
                    throw Failure.Invalid("Name one of these: the id of a rollout, --all, --object OBJECT.");
                }

                if (one is not null)
                {
                    invocation.Terminal.Out.Write(await invocation.Text(Calls.Route($"/api/v1/rollouts/{one}/events"), "application/x-ndjson", stop));
                    return ExitCode.Success;
                }

                var last = "";
                await foreach (var line in invocation.Api.Log.Export(new AuditEventQuery { Object = kind }, stop: stop))
                {
                    last = line;
                    invocation.Terminal.Out.Write(line + "\n");
                }

                return last.StartsWith("{\"end\":", StringComparison.Ordinal)
                    ? ExitCode.Success
                    : throw new Failure(ExitCode.Unreachable, "The server ended the export before its last line. Export it again.");
            });
    }
}
