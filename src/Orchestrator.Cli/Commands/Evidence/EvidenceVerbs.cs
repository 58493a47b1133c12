using System.CommandLine;
using System.Text.Json;
using Orchestrator.Cli.Commands.Rollouts;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Evidence;

/// <summary>Evidence behind a decision: a review then and now, metrics with samples, and their sources.</summary>
internal static class EvidenceVerbs
{
    private static readonly Column[] Sources =
    [
        new("NAME", row => row.Text("name")),
        new("KIND", row => row.Text("kind")),
        new("STATE", row => row.Text("state")),
        new("LAST ROUND", row => Ages.Of(row, "lastRound"), Right: true),
        new("LAST EVIDENCE", row => Ages.Of(row, "lastSuccess"), Right: true),
        new("ADDRESS", row => row.Text("url"), Wide: true),
        new("ERROR", row => row.Text("error")),
    ];

    private static readonly Column[] Metrics =
    [
        new("NAME", row => row.Text("name")),
        new("KIND", row => row.Text("kind")),
        new("UNIT", row => row.Text("unit")),
        new("VARIANTS", row => Texts(row, "variants")),
        new("TRAFFIC", row => Texts(row, "traffic"), Wide: true),
        new("SEGMENTS", row => Texts(row, "segments")),
        new("NEWEST", row => Ages.Of(row, "newest"), Right: true),
    ];

    /// <summary>Columns of a point; the last two are of its series.</summary>
    private static readonly Column[] Points =
    [
        new("AT", row => row.Text("at")),
        new("VALUE", row => row.Text("value"), Right: true),
        new("SAMPLES", row => row.Text("samples"), Right: true),
        new("EVENTS", row => row.Text("events"), Right: true, Wide: true),
        new("BASELINE", row => row.Text("baseline"), Right: true),
        new("COVERED", row => row.Text("covered"), Wide: true),
        new("VARIANT", _ => null),
        new("SEGMENT", _ => null, Wide: true),
    ];

    public static IEnumerable<Command> All() => [Review(), MetricList(), SeriesPoints(), SourceList()];

    private static Argument<string> Id()
    {
        var id = new Argument<string>("id") { Description = "Id of the rollout" };
        id.CompletedBy(ServerNames.Rollouts);
        return id;
    }

    private static Verb Review()
    {
        var id = Id();
        var review = new Option<string?>("--review") { Description = "Id of the review; may be left out where one is open", HelpName = "id" };
        review.CompletionSources.Add(ServerNames.Reviews);
        return new Verb("review", "Show a review: the evidence that it was opened on, the evidence now, and what has changed since", "rollout review checkout", "rollout review checkout --review all-few-1 -o json")
            .With(id, review).Does(async (invocation, stop) =>
            {
                var rollout = invocation.Value(id);
                var name = invocation.Value(review) ?? await OpenReview.Of(invocation, rollout, stop);
                var answer = await invocation.Get(Calls.Route($"/api/v1/rollouts/{rollout}/reviews/{name}"), stop);
                invocation.Printer.One(answer, $"review/{name}", _ => Write(invocation.Terminal.Out, answer));
                return ExitCode.Success;
            });
    }

    private static void Write(TextWriter output, JsonElement answer)
    {
        output.WriteLine(Plain.Line(
            $"{answer.Text("review.id")}  {answer.Text("review.kind")}  {answer.Text("review.state")}  {answer.Text("rollout")}, phase {answer.Text("review.phase")}, step {answer.Text("review.step")}"));
        if (answer.At("leadsTo") is { } next)
        {
            output.WriteLine(Plain.Line($"  A go leads to step {next.Text("step")}: {next.Text("audience")}"));
        }

        var now = answer.Items("now.criteria").ToLookup(one => one.Text("name"));
        foreach (var then in answer.Items("evidence.criteria"))
        {
            var newest = now[then.Text("name")].Select(one => (JsonElement?)one).FirstOrDefault();
            var verdict = newest is { } one && one.Text("verdict") != then.Text("verdict")
                ? $"{then.Text("verdict")}, now {one.Text("verdict")}" : then.Text("verdict");
            output.WriteLine(Plain.Line($"  {then.Text("name")}: {verdict}. {(newest ?? then).Text("text")}"));
        }

        foreach (var change in answer.Items("changes"))
        {
            output.WriteLine(Plain.Line($"  {change.Text("subject")} {change.Text("name")}: {change.Text("was") ?? "none"} before, {change.Text("is")} now"));
        }

        if ((answer.Text("now.hash") ?? answer.Text("evidence.hash")) is { } hash)
        {
            output.WriteLine($"  Evidence {hash}{(answer.True("now.stale") ? ", changed since the review was opened" : "")}");
        }
    }

    private static Verb MetricList()
    {
        var id = Id();
        return new Verb("metrics", "List the metrics of a rollout that have samples", "rollout metrics checkout").With(id).Does(async (invocation, stop) =>
        {
            var answer = await invocation.Get(Calls.Route($"/api/v1/rollouts/{invocation.Value(id)}/series"), stop);
            invocation.Printer.List(answer, "metrics", row => $"metric/{row.Text("name")}", Metrics, "No metric has a sample.");
            return ExitCode.Success;
        });
    }

    private static Verb SeriesPoints()
    {
        var id = Id();
        var metric = new Argument<string>("metric") { Description = "Name of the metric" };
        Option<string?> variant = new("--variant") { Description = "Only new, or only legacy", HelpName = "name" };
        variant.AcceptOnlyFromAmong("new", "legacy");
        Option<string?> segment = new("--segment") { Description = "Users of this segment. Default: all users", HelpName = "key" };
        segment.CompletionSources.Add(ServerNames.Segments);
        Option<string?> since = new("--since") { Description = "Begin: an RFC 3339 time, or a time ago such as 2h", HelpName = "time" };
        Option<string?> until = new("--until") { Description = "End, likewise", HelpName = "time" };
        return new Verb("series", "List the points of a metric; a gap stays a gap", "rollout series checkout error_rate --variant new --since 2h")
            .With(id, metric, variant, segment, since, until).Does(async (invocation, stop) =>
            {
                var path = Calls.Route($"/api/v1/rollouts/{invocation.Value(id)}/series").Query(
                    ("metric", invocation.Value(metric)), ("variant", invocation.Value(variant)), ("segment", invocation.Value(segment)),
                    ("from", Inputs.Instant(invocation.Value(since))), ("to", Inputs.Instant(invocation.Value(until))));
                var answer = await invocation.Get(path, stop);
                var printer = invocation.Printer;
                string?[][] rows = [.. answer.Items("series").SelectMany(series => series.Items("points").Select(point => Row(series, point)))];
                printer.One(answer, $"series/{invocation.Value(metric)}", _ => printer.Table(Points, rows));
                if (rows.Length == 0 && printer.Format.ForPeople)
                {
                    invocation.Say("No points.");
                }

                return ExitCode.Success;
            });
    }

    private static string?[] Row(JsonElement series, JsonElement point) =>
        [.. Points.Select(column => column.Text(point) ?? series.Text(column.Title.ToLowerInvariant()))];

    private static Verb SourceList()
    {
        var id = Id();
        return new Verb("sources", "List the metric sources of a rollout, and the keys that push samples", "rollout sources checkout").With(id).Does(async (invocation, stop) =>
        {
            var answer = await invocation.Get(Calls.Route($"/api/v1/rollouts/{invocation.Value(id)}/sources"), stop);
            invocation.Printer.List(answer, "sources", row => $"source/{row.Text("name")}", Sources, "No sources.");
            foreach (var key in answer.Items("pushers"))
            {
                invocation.Say(Plain.Line(
                    $"Pushed by {key.Text("name") ?? key.Text("key")}: {Waits.Count((int)(key.Number("accepted") ?? 0), "sample")} accepted, {key.Text("rejected")} refused; the last {Ages.Of(key, "lastPush")} ago. {key.Text("lastRejection.reason")}").TrimEnd());
            }

            return ExitCode.Success;
        });
    }

    private static string Texts(JsonElement row, string list) => string.Join(", ", row.Items(list).Select(one => one.GetString()));
}
