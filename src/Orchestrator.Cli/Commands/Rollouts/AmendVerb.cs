using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Commands.Apply;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Plans;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Rollouts;

/// <summary>A corrected plan for a rollout under way, for the same users. It says what changes, and asks.</summary>
internal static class AmendVerb
{
    public static Verb New()
    {
        var id = new Argument<string>("id") { Description = "Id of the rollout" };
        id.CompletedBy(ServerNames.Rollouts);
        var revision = new Option<int?>("--revision") { Description = "Revision of the plan. Default: the newest", HelpName = "number" };
        var reason = new Option<string?>("--reason", "-m") { Description = "Reason, for the audit trail; needed unless it is a dry run", HelpName = "text" };
        var (dry, yes) = (ApplyOptions.DryRun(), Confirmation.Yes());
        var verb = new Verb(
            "amend", "Let a rollout follow another revision of its plan, for the same users; a looser one waits for a second person",
            "rollout amend checkout --dry-run", "rollout amend checkout --revision 3 -m 'the threshold was too low' --yes")
            .With(id, revision, reason, dry, yes).Does((invocation, stop) => Amend(
                invocation, invocation.Value(id), invocation.Value(revision), invocation.Value(reason), invocation.Value(dry),
                invocation.Value(yes), stop));
        verb.Validators.Add(parsed =>
        {
            if (parsed.GetValue(reason) is null && !parsed.GetValue(dry))
            {
                parsed.AddError("--reason is needed: it stands in the audit trail.");
            }
        });
        return verb;
    }

    private static async Task<ExitCode> Amend(
        Invocation invocation, string rollout, int? revision, string? reason, bool dry, bool yes, CancellationToken stop)
    {
        var seen = await Place.Of(invocation, rollout, stop);
        var effect = (await invocation.Api.Rollouts.Amendment(rollout, new RevisionQuery { Revision = revision }, stop)).Value;
        if (effect.From.Hash == effect.To.Hash)
        {
            invocation.Printer.One(
                JsonSerializer.SerializeToElement(effect, PlanJson.Options), $"rollout/{rollout}",
                _ => invocation.Terminal.Out.WriteLine($"{rollout} follows revision {effect.From.Revision} already."));
            return ExitCode.Success;
        }

        string[] sentences = [.. effect.Users.Texts, .. new RolloutEffect(rollout, effect, null).Sentences()];
        if (dry)
        {
            var answer = JsonSerializer.SerializeToElement(effect, PlanJson.Options);
            invocation.Printer.One(answer, $"rollout/{rollout}", _ =>
            {
                foreach (var sentence in sentences)
                {
                    invocation.Terminal.Out.WriteLine(Plain.Line(sentence));
                }
            });
            return effect.Allowed ? ExitCode.Success : ExitCode.Refused;
        }

        if (!effect.Allowed)
        {
            throw new Failure(
                ExitCode.Refused, $"{rollout} cannot follow revision {effect.To.Revision}.",
                [.. effect.Refusals.Select(one => one.Path.Length > 0 ? $"{one.Path}: {one.Message}" : one.Message)]);
        }

        Confirmation.Ask(
            invocation, $"{rollout}: revision {effect.From.Revision} → {effect.To.Revision}. {string.Join(' ', sentences.Select(Ended))}", yes);
        var body = new JsonObject { ["revision"] = effect.To.Revision, ["reason"] = reason };
        var sent = await Place.Send(invocation, rollout, Calls.Route($"/api/v1/rollouts/{rollout}/amend"), body, seen, stop);
        invocation.Printer.One(
            sent.Json, $"rollout/{rollout}", _ => invocation.Terminal.Out.WriteLine($"{rollout}: {Plain.Line(sent.Json.Text("summary") ?? "")}"));
        if (sent.Json.Text("amendment.review") is { } review)
        {
            invocation.Say($"Review {review} waits for a second person: rollout approve {rollout} --review {review}");
        }

        return ExitCode.Success;
    }

    private static string Ended(string sentence) => sentence[^1] is '.' or ':' ? sentence : sentence + ".";
}
