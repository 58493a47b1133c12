using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.History;

/// <summary>Another plan over the recorded signals of rollouts. The server runs it in the background; this waits and shows it.</summary>
internal static class WhatIfVerb
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static readonly Column[] Columns =
    [
        new("ROLLOUT", row => row.Text("rollout")),
        new("OUTCOME", row => row.Text("outcome")),
        new("ROLLED BACK", row => row.Text("recorded.rolledBackAt")),
        new("WHAT IF", row => row.Text("instead.rolledBackAt")),
        new("PERCENT-HOURS", row => row.Text("percentHours"), Right: true),
        new("UNANSWERED FROM", row => row.Text("unansweredFrom"), Wide: true),
        new("BECAUSE", row => row.Text("sentence")),
    ];

    public static Verb Of()
    {
        var id = HistoryVerbs.Id();
        Option<string[]> set = new("--set") { Description = "Change of one value of the plan; may be given several times", HelpName = "path=value" };
        Option<string?> plan = new("--plan") { Description = "File of another plan; - is stdin", HelpName = "path" };
        Option<int?> revision = new("--revision") { Description = "Another revision of the stored plan", HelpName = "number" };
        Option<int?> last = new("--last") { Description = "Also the newest other rollouts of the plan or flag, so many together", HelpName = "number" };
        var verb = new Verb(
            "what-if", "Show what another plan would have done over the recorded signals",
            "rollout what-if checkout --set triggers.error-rate-spike.limit=0.4%",
            "rollout what-if checkout --set triggers.spike.for=10m --last 20", "rollout what-if checkout --plan plans/checkout.yaml -o json")
            .With(id, set, plan, revision, last).Does((invocation, stop) => Ask(
                invocation, invocation.Value(id), invocation.Value(set), invocation.Value(plan), invocation.Value(revision),
                invocation.Value(last), stop));
        verb.Validators.Add(parsed =>
        {
            var given = (parsed.GetValue(set) is { Length: > 0 } ? 1 : 0) + (parsed.GetValue(plan) is null ? 0 : 1)
                + (parsed.GetValue(revision) is null ? 0 : 1);
            if (given != 1)
            {
                parsed.AddError("Give one of --set, --plan and --revision.");
            }
        });
        return verb;
    }

    private static async Task<ExitCode> Ask(
        Invocation invocation, string rollout, string[]? set, string? plan, int? revision, int? last, CancellationToken stop)
    {
        var body = new JsonObject();
        if (set is { Length: > 0 })
        {
            body["set"] = new JsonArray([.. set.Select(one => (JsonNode)one)]);
        }

        if (plan is not null)
        {
            body["plan"] = plan == "-" ? await invocation.Terminal.In.ReadToEndAsync(stop) : await File.ReadAllTextAsync(plan, stop);
        }

        if (revision is not null)
        {
            body["revision"] = revision;
        }

        if (last is not null)
        {
            body["last"] = last;
        }

        var asked = (await invocation.Send(HttpMethod.Post, Calls.Route($"/api/v1/rollouts/{rollout}/what-if"), body, stop)).Json;
        var path = Calls.Route($"/api/v1/what-ifs/{asked.Text("id")}");
        var answer = await Wait(invocation, path, asked, stop);
        if (answer.Text("state") != "done")
        {
            throw new Failure(ExitCode.Refused, $"The what-if ended without an answer: {answer.Text("failure") ?? answer.Text("state")}");
        }

        invocation.Printer.List(answer, "results", row => $"rollout/{row.Text("rollout")}", Columns, "No rollout.");
        if (invocation.Printer.Format.ForPeople)
        {
            Tell(invocation, answer);
        }

        return ExitCode.Success;
    }

    /// <summary>Asks until it has ended. An interrupted wait cancels it on the server, which would run it for no reader.</summary>
    private static async Task<JsonElement> Wait(Invocation invocation, string path, JsonElement answer, CancellationToken stop)
    {
        try
        {
            while (answer.Text("state") is "queued" or "running")
            {
                await Task.Delay(Pause, stop);
                answer = await invocation.Get(path, stop);
            }

            return answer;
        }
        catch (OperationCanceledException)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await invocation.Send(HttpMethod.Delete, path, null, patience.Token);
            throw;
        }
    }

    private static void Tell(Invocation invocation, JsonElement answer)
    {
        if (answer.Text("summary.text") is { } summary)
        {
            invocation.Say(summary);
        }

        foreach (var result in answer.Items("results"))
        {
            foreach (var text in result.Items("limits").Select(one => one.GetString()).Prepend(result.Text("people")).OfType<string>())
            {
                invocation.Say($"{result.Text("rollout")}: {Plain.Line(text)}");
            }
        }
    }
}
