using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Notifications;

/// <summary>Notifications and their delivery: list, retry.</summary>
internal static class NotificationVerbs
{
    /// <summary>The server gives no more in one answer.</summary>
    private const string Most = "1000";

    private static readonly Column[] Columns =
    [
        new("ID", row => row.Text("id")),
        new("STATE", row => row.Text("state")),
        new("CHANNEL", row => row.Text("channel")),
        new("LEVEL", row => row.Text("level")),
        new("ROLLOUT", row => row.Text("rollout")),
        new("AGE", row => Ages.Of(row, "at"), Right: true),
        new("TRIES", row => row.Text("attempts"), Right: true),
        new("KIND", row => row.Text("kind"), Wide: true),
        new("ERROR", row => row.Text("lastError"), Wide: true),
        new("TITLE", row => row.Text("title")),
    ];

    public static Command All()
    {
        var notifications = new Verb("notifications", "List notifications and their delivery, or send one again");
        return notifications.With(List(), Retry());
    }

    private static Verb List()
    {
        Option<string?> state = new("--state") { Description = "Only of this delivery: pending, delivered or dead", HelpName = "state" };
        state.AcceptOnlyFromAmong("pending", "delivered", "dead");
        return new Verb("list", "List notifications of all channels, the newest first; at most 1,000", "rollout notifications list --state dead -o wide").With(state).Does(async (invocation, stop) =>
        {
            var answer = await invocation.Get("/api/v1/notifications".Query(("state", invocation.Value(state)), ("limit", Most)), stop);
            invocation.Printer.List(answer, "notifications", row => $"notification/{row.Text("id")}", Columns, "No notifications.");
            return ExitCode.Success;
        });
    }

    private static Verb Retry()
    {
        var id = new Argument<string>("id") { Description = "Id of the notification" };
        return new Verb("retry", "Send a pending notification or a dead letter now", "rollout notifications retry 4f1c2a9b03").With(id).Does(async (invocation, stop) =>
        {
            await invocation.Api.Notifications.Retry(invocation.Value(id), stop);
            invocation.Say($"Notification {invocation.Value(id)} is sent again.");
            return ExitCode.Success;
        });
    }
}
