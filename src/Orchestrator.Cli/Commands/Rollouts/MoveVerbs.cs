using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Rollouts;

/// <summary>Verbs that change a rollout. One that goes forward says what it will do and asks; one that goes back never asks.</summary>
internal static class MoveVerbs
{
    private const string DefaultReason = "From the command line, without a reason";

    private static readonly TimeSpan PreviewPatience = TimeSpan.FromSeconds(1);

    public static IEnumerable<Command> All() =>
    [
        Move("start", "Start a rollout: the first step begins", Direction.Forward, "rollout start checkout --yes --wait"),
        Move("pause", "Pause advancing; users stay where they are, and triggers still roll back", Direction.Back, "rollout pause checkout -m 'release freeze'"),
        Move("resume", "Resume advancing", Direction.Forward, "rollout resume checkout --yes"),
        Advance(),
        StepBack(),
        Rollback(),
        Segmented("restore", "Undo a rollback: of everyone, or of segments", Direction.Forward, "rollout restore checkout -m 'fixed in 2.1' --yes"),
        Segmented("keep-back", "Keep rolled-back segments on legacy, so that they no longer block the end", Direction.Forward, "rollout keep-back checkout --segment beta -m 'after the summer'"),
        Move("abort", "End a rollout for good; all users are on legacy", Direction.Back, "rollout abort checkout -m 'replaced by checkout-2'"),
        Move("confirm", "Confirm a rollout after a restored backup, so that it continues", Direction.Forward, "rollout confirm checkout -m 'checked against the exports' --yes"),
        Retire(),
        Review("approve", "Approve a review (go)", Direction.Forward, "rollout approve checkout --yes -m 'go: all criteria met'"),
        Review("reject", "Reject a review (no-go)", Direction.Back, "rollout reject checkout -m 'error rate of new is not understood'"),
        Objective(),
    ];

    private enum Direction
    {
        Forward,
        Back,
    }

    private static Argument<string> Id() => new("id") { Description = "Id of the rollout" };

    private static Option<string?> Reason() => new("--reason", "-m") { Description = "Reason, for the audit trail", HelpName = "text" };

    private static Option<string[]> Segments() => new("--segment") { Description = "Only this segment; may be repeated", HelpName = "key" };

    private static Verb Move(string name, string description, Direction direction, params string[] examples) =>
        Of(name, description, direction, [], (_, _) => { }, null, examples);

    private static Verb Advance()
    {
        var step = new Option<string?>("--step") { Description = "Step that the rollout must be in: guards against a second advance", HelpName = "name" };
        step.CompletionSources.Add(ServerNames.Steps);
        var over = new Option<bool>("--override") { Description = "Advance although a gate is shut; needs a reason" };
        return Of("advance", "End the hold of the step early", Direction.Forward, [step, over], (invocation, body) =>
        {
            Set(body, "step", invocation.Value(step));
            if (invocation.Value(over))
            {
                body["override"] = true;
            }
        }, invocation => invocation.Value(over) ? ("override", null) : null, "rollout advance checkout --yes", "rollout advance checkout --override -m 'no traffic at night' --yes");
    }

    private static Verb StepBack()
    {
        var step = new Option<string?>("--step") { Description = "An earlier step, in place of the one before", HelpName = "name" };
        step.CompletionSources.Add(ServerNames.Steps);
        return Of("step-back", "Go to the previous step, and hold there", Direction.Back, [step],
            (invocation, body) => Set(body, "step", invocation.Value(step)), null, "rollout step-back checkout -m 'queue grows'");
    }

    private static Verb Rollback()
    {
        var (segments, ramp) = (Segments(), new Option<bool>("--ramp") { Description = "As fast as legacy can take, in place of at once" });
        return Of("rollback", "Roll back to legacy: everyone, or segments. Never asks", Direction.Back, [segments, ramp], (invocation, body) =>
        {
            Set(body, "segments", invocation.Value(segments));
            if (invocation.Value(ramp))
            {
                body["ramp"] = true;
            }
        }, null, "rollout rollback checkout -m 'payments fail' --wait", "rollout rollback checkout --segment beta");
    }

    private static Verb Segmented(string name, string description, Direction direction, params string[] examples)
    {
        var segments = Segments();
        return Of(
            name, description, direction, [segments], (invocation, body) => Set(body, "segments", invocation.Value(segments)), null,
            examples);
    }

    private static Verb Retire()
    {
        var value = new Option<string?>("--value") { Description = "Static value of the flag, as JSON, where it differs from what all users get now", HelpName = "json" };
        return Of("retire", "Retire a completed rollout; its flag then has a static value", Direction.Forward, [value], (invocation, body) =>
        {
            if (invocation.Value(value) is { } json)
            {
                body["value"] = Inputs.Json("--value", json);
            }
        }, null, "rollout retire checkout -m 'code of legacy is gone' --yes");
    }

    private static Verb Review(string name, string description, Direction direction, params string[] examples)
    {
        var review = new Option<string?>("--review") { Description = "Id of the review; may be left out where one is open", HelpName = "id" };
        review.CompletionSources.Add(ServerNames.Reviews);
        var hash = new Option<string?>("--evidence-hash") { Description = "Only while the evidence is the one that was read", HelpName = "hash" };
        return Of(name, description, direction, name == "approve" ? [review, hash] : [review], (invocation, body) =>
        {
            Set(body, "review", invocation.Value(review));
            if (name == "approve")
            {
                Set(body, "evidenceHash", invocation.Value(hash));
            }
        }, null, examples);
    }

    private static Verb Objective()
    {
        var name = new Argument<string>("objective") { Description = "Name of the objective" };
        name.CompletedBy(ServerNames.Objectives);
        return Of("objective", "Mark an objective as complete", Direction.Forward, [name],
            (invocation, body) => Set(body, "objective", invocation.Value(name)), invocation => ("objective", invocation.Value(name)), "rollout objective checkout support-trained --yes");
    }

    private static Verb Of(
        string name, string description, Direction direction, Symbol[] more, Action<Invocation, JsonObject> fill,
        Func<Invocation, (string Name, string? Value)?>? form, params string[] examples)
    {
        var (id, reason, yes, wait) = (Id(), Reason(), Confirmation.Yes(), new Option<bool>("--wait") { Description = "End when it is in force on all nodes, with the measured time" });
        id.CompletedBy(ServerNames.Rollouts);
        foreach (var option in more.OfType<Option<string[]>>())
        {
            option.CompletionSources.Add(ServerNames.Segments);
        }

        var timeout = Waits.Timeout("1m");
        var verb = new Verb(name, description, examples).With([id, .. more, reason, wait, timeout]);
        if (direction == Direction.Forward)
        {
            verb.With(yes);
        }

        return verb.Does(async (invocation, stop) =>
        {
            var rollout = invocation.Value(id);
            var body = new JsonObject();
            Set(body, "reason", invocation.Value(reason));
            fill(invocation, body);
            Place? seen = null;
            if (direction == Direction.Forward)
            {
                seen = await Forward(invocation, rollout, name, form?.Invoke(invocation), invocation.Value(yes), stop);
            }
            else
            {
                body["reason"] ??= DefaultReason;
                await Announce(invocation, rollout, name, stop);
            }

            if (name is "approve" or "reject")
            {
                body["review"] ??= await OpenReview.Of(invocation, rollout, stop);
            }

            var since = Stopwatch.StartNew();
            var path = Calls.Route($"/api/v1/rollouts/{rollout}/{(name == "objective" ? "complete-objective" : name)}");
            var answer = await Place.Send(invocation, rollout, path, body, seen, stop);
            var kept = answer.Status == 202;
            if (kept)
            {
                invocation.Say(answer.Json.Text("text") ?? "The server keeps the command until the log can be written.");
                invocation.Printer.One(answer.Json, $"rollout/{rollout}", _ => { });
            }
            else
            {
                invocation.Printer.One(answer.Json, $"rollout/{rollout}", console => invocation.Terminal.Out.WriteLine($"{rollout}: {Plain.Line(answer.Json.Text("summary") ?? "")}"));
                foreach (var warning in answer.Json.Items("warnings"))
                {
                    invocation.Say("Warning: " + Plain.Line(warning.GetString() ?? ""));
                }
            }

            if (invocation.Value(wait))
            {
                var limit = invocation.Value(timeout) ?? TimeSpan.FromMinutes(1);
                var version = kept ? await Waits.Recorded(invocation, rollout, since, limit, stop) : (long)(answer.Json.Number("version") ?? 0);
                await Waits.Everywhere(invocation, rollout, version, since, limit, stop);
            }

            return ExitCode.Success;
        });
    }

    /// <summary>Says what the verb would do, and asks; the state that the answer was about.</summary>
    private static async Task<Place> Forward(
        Invocation invocation, string rollout, string name, (string Name, string? Value)? form, bool yes, CancellationToken stop)
    {
        var view = await invocation.Get(Calls.Route($"/api/v1/rollouts/{rollout}"), stop);
        var verb = view.Items("verbs").FirstOrDefault(one => one.Text("name") == (name == "objective" ? "complete-objective" : name));
        var chosen = form is var (option, value) && verb.ValueKind == JsonValueKind.Object
            ? verb.Items("options").FirstOrDefault(one => one.Text("name") == option && (value is null || one.Text("value") == value))
            : verb;
        var consequence = chosen.ValueKind == JsonValueKind.Object ? chosen.Text("consequence") : null;
        if (consequence is not null)
        {
            var nodes = (await invocation.Api.Nodes.List(stop)).Value.Nodes.Count;
            Confirmation.Ask(
                invocation, $"{rollout} in {view.Text("environment")}: {view.Text("summary")} {name}: {consequence} On {Waits.Count(nodes, "node")}.", yes);
        }

        // Without a consequence the server refuses, and says why.
        return Place.Of(view);
    }

    /// <summary>Says what a step back will do. It waits a second at most, and for nothing else.</summary>
    private static async Task Announce(Invocation invocation, string rollout, string name, CancellationToken stop)
    {
        if (name != "rollback")
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(PreviewPatience);
        try
        {
            var preview = (await invocation.Api.Rollouts.PreviewRollback(rollout, patience.Token)).Value;
            invocation.Say(Plain.Line($"On new now: {preview.Moves.Text}. {preview.Nodes.Text}"));
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // The preview is a courtesy: the rollback goes out without it.
        }
    }

    private static void Set(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static void Set(JsonObject body, string name, string[]? values)
    {
        if (values is { Length: > 0 })
        {
            body[name] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        }
    }
}
