using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Segments;

/// <summary>Segments of an environment, and their members.</summary>
internal static class SegmentVerbs
{
    /// <summary>Members of one request; the server takes no more.</summary>
    private const int Batch = 10_000;

    /// <summary>Longest key of a user.</summary>
    private const int LongestKey = 1024;

    private static readonly Column[] Columns =
    [
        new("KEY", row => row.Text("key")),
        new("MEMBERS", row => row.Text("members"), Right: true),
        new("VERSION", row => row.Text("version"), Wide: true, Right: true),
        new("RULE", row => row.Text("text")),
    ];

    public static IEnumerable<Command> All()
    {
        var (segment, members) = (new Verb("segment", "Show or apply segments"), new Verb("members", "Opt users in and out of a segment"));
        return
        [
            List(), segment.With(Get(), SegmentApply.Verb()),
            members.With(
                Change("add", "Opt users in: they go to new where the segment is on new", forward: true, "rollout members add beta --file users.txt -e production --yes"),
                Change("remove", "Opt users out", forward: false, "rollout members remove beta alice bob -e production")),
        ];
    }

    public static Argument<string> Key()
    {
        var key = new Argument<string>("segment") { Description = "Key of the segment" };
        key.CompletedBy(ServerNames.Segments);
        return key;
    }

    private static Verb List()
    {
        var environment = Inputs.Environment();
        return new Verb("segments", "List the segments of an environment", "rollout segments -e production").With(environment).Does(async (invocation, stop) =>
        {
            var answer = await invocation.All(Calls.Route($"/api/v1/segments/{Inputs.Environment(invocation, environment)}"), "segments", stop);
            invocation.Printer.List(answer, "segments", row => $"segment/{row.Text("key")}", Columns, "No segments.");
            return ExitCode.Success;
        });
    }

    private static Verb Get()
    {
        var (key, environment) = (Key(), Inputs.Environment());
        return new Verb("get", "Show a segment", "rollout segment get beta -e production").With(key, environment).Does(async (invocation, stop) =>
        {
            var answer = await invocation.Get(Calls.Route($"/api/v1/segments/{Inputs.Environment(invocation, environment)}/{invocation.Value(key)}"), stop);
            invocation.Printer.One(answer, $"segment/{invocation.Value(key)}", _ =>
            {
                var o = invocation.Terminal.Out;
                o.WriteLine($"{answer.Text("key")} ({answer.Text("environment")}): {Plain.Line(answer.Text("text") ?? "")}");
                o.WriteLine($"  members opted in: {answer.Text("members")}, version {answer.Text("version")}");
                foreach (var use in answer.Items("usedBy"))
                {
                    o.WriteLine($"  used by {use.Text("rollout") ?? use.Text("id") ?? use.GetRawText()}");
                }
            });
            return ExitCode.Success;
        });
    }

    private static Verb Change(string name, string description, bool forward, params string[] examples)
    {
        var (key, environment, yes) = (Key(), Inputs.Environment(), Confirmation.Yes());
        Argument<string[]> users = new("users") { Description = "Targeting keys of users", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> file = new("--file", "-f") { Description = "File with a key a line; - is stdin. Empty lines and lines with # are left out", HelpName = "path" };
        var verb = new Verb(name, description, examples).With(key, users, file, environment);
        return (forward ? verb.With(yes) : verb).Does(async (invocation, stop) =>
        {
            var keys = Keys(invocation, invocation.Value(users), invocation.Value(file));
            var place = Inputs.Environment(invocation, environment);
            if (forward)
            {
                var uses = (await invocation.Api.Segments.Get(place, invocation.Value(key), stop)).Value.UsedBy.Count;
                Confirmation.Ask(invocation, $"{place}: {Waits.Count(keys.Count, "user")} join {invocation.Value(key)}, used by {Waits.Count(uses, "rollout")}.", invocation.Value(yes));
            }

            int changed = 0, done = 0;
            JsonElement last = default;
            foreach (var batch in keys.Chunk(Batch))
            {
                var body = new JsonObject { [name == "add" ? "add" : "remove"] = new JsonArray([.. batch.Select(one => (JsonNode)one)]) };
                last = (await invocation.Send(HttpMethod.Post, Calls.Route($"/api/v1/segments/{place}/{invocation.Value(key)}/members"), body, stop)).Json;
                changed += (int)(last.Number(name == "add" ? "changed.added" : "changed.removed") ?? batch.Length);
                done += batch.Length;
                if (invocation.Terminal.ErrorIsTerminal && keys.Count > Batch)
                {
                    invocation.Terminal.Error.Write($"\r{done.ToString(CultureInfo.InvariantCulture)} of {keys.Count.ToString(CultureInfo.InvariantCulture)}");
                }
            }

            if (invocation.Terminal.ErrorIsTerminal && keys.Count > Batch)
            {
                invocation.Say("");
            }

            invocation.Printer.One(last, $"segment/{invocation.Value(key)}", _ => invocation.Terminal.Out.WriteLine(
                $"{invocation.Value(key)}: {Waits.Count(changed, "user")} {(name == "add" ? "joined" : "left")}, {last.Text("members")} opted in now"));
            return ExitCode.Success;
        });
    }

    private static List<string> Keys(Invocation invocation, string[] given, string? file)
    {
        List<string> keys = [.. given];
        if (file is not null)
        {
            using var reader = file == "-" ? invocation.Terminal.In
                : File.Exists(file) ? new StreamReader(file) : throw Failure.Invalid($"{file}: there is no such file.");
            while (reader.ReadLine() is { } line)
            {
                if (line.Trim() is { Length: > 0 } key && key[0] != '#')
                {
                    keys.Add(key);
                }
            }
        }

        var tooLong = keys.Index().Where(one => one.Item.Length > LongestKey).Select(one => $"user {one.Index + 1}: has {one.Item.Length} characters; the limit is {LongestKey}").Take(20).ToArray();
        return tooLong.Length > 0 ? throw Failure.Invalid("A key of a user is too long. Nothing was sent.", tooLong)
            : keys.Count > 0 ? [.. keys.Distinct(StringComparer.Ordinal)]
            : throw Failure.Invalid("No user is named. Name some, or give a file with --file.");
    }
}
