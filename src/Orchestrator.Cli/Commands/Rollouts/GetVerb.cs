using System.CommandLine;
using System.Globalization;
using System.Text;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Completion;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Watch;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Commands.Rollouts;

/// <summary>One rollout: now, at a moment of the past, or as it goes on.</summary>
internal static class GetVerb
{
    public static Verb New()
    {
        var id = new Argument<string>("id") { Description = "Id of the rollout" };
        id.CompletedBy(ServerNames.Rollouts);
        Option<bool> watch = new("--watch", "-w") { Description = "Show it as it goes on, until it ends or q is pressed; in a pipe a line for each change" };
        var at = Inputs.At("Show it as it was at a moment");
        Option<long?> version = new("--version") { Description = "Show it as it was after this event", HelpName = "number" };
        var verb = new Verb(
            "get", "Show a rollout: status, gates, triggers, steps, audience, incident", "rollout get checkout", "rollout get checkout --watch",
            "rollout get checkout --at 2026-03-02T14:03:00Z", "rollout get checkout -o jsonpath='{.status}'")
            .With(id, watch, at, version).Does(async (invocation, stop) => invocation.Value(watch)
                ? await Watched(invocation, invocation.Value(id), stop)
                : await Shown(invocation, invocation.Value(id), Inputs.Instant(invocation.Value(at)), invocation.Value(version), stop));
        verb.Validators.Add(parsed =>
        {
            var past = (parsed.GetValue(at) is not null, parsed.GetValue(version) is not null);
            if (past is (true, true))
            {
                parsed.AddError("--at and --version name a moment each; give one of them.");
            }
            else if (parsed.GetValue(watch) && past is not (false, false))
            {
                parsed.AddError("--watch shows the present; --at and --version show the past.");
            }
        });
        return verb;
    }

    private static async Task<ExitCode> Shown(Invocation invocation, string id, string? at, long? version, CancellationToken stop)
    {
        var feed = new RolloutFeed(invocation.Api, id, at, version?.ToString(CultureInfo.InvariantCulture));
        var rollout = await feed.Rollout(stop);
        if (!invocation.Printer.Format.ForPeople)
        {
            invocation.Printer.One(rollout, Name(id), _ => { });
            return ExitCode.Success;
        }

        var past = at is not null || version is not null;
        var now = past ? await Moment(invocation, id, at, version, stop) : (await feed.Clock(stop)).Now;
        var (schedule, preview) = (await feed.Schedule(stop), await Previews.Of(feed, rollout, stop));
        var terminal = invocation.Terminal;
        var size = new TreeSize(terminal.Size().Width, Unicode: terminal.Unicode, Wide: invocation.Printer.Format.Kind == OutputKind.Wide);
        var shown = new RolloutShown(rollout, schedule, now, new Freshness(past ? Connection.Past : Connection.Once), preview);
        foreach (var line in RolloutTree.Lines(shown, size))
        {
            terminal.Out.WriteLine(line.Ansi(terminal.Colour));
        }

        return ExitCode.Success;
    }

    private static async Task<ExitCode> Watched(Invocation invocation, string id, CancellationToken stop)
    {
        var (terminal, printer) = (invocation.Terminal, invocation.Printer);
        using IWatchView view = !printer.Format.ForPeople ? new DocumentView(answer => printer.One(answer, Name(id), _ => { }))
            : terminal.OutIsTerminal ? new ScreenView(terminal, printer.Format.Kind == OutputKind.Wide, Whole(terminal))
            : new LineView(terminal.Out, terminal.Error);
        using var api = invocation.Server.Client(RolloutFeed.Patience);
        using var watching = new Watching(new RolloutFeed(api, id), view, TimeProvider.System);
        return await watching.Run(stop, view is ScreenView && terminal.InIsTerminal ? QuitKey.Listen : null);
    }

    private static string Name(string id) => $"rollout/{id}";

    /// <summary>The moment that is shown: the one asked for, or that of the event.</summary>
    private static async Task<DateTimeOffset> Moment(Invocation invocation, string id, string? at, long? version, CancellationToken stop)
    {
        if (DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return moment;
        }

        var events = await invocation.Api.Rollouts.Events(id, new EventQuery { After = version - 1, Limit = 1 }, stop);
        return events.Value.Events.FirstOrDefault()?.At
            ?? throw new Failure(ExitCode.Failed, "The server names no time of the event.");
    }

    /// <summary>
    /// Writes a frame in one piece. The console's own writer cuts it into small ones, and a terminal may show the time between two of them.
    /// </summary>
    private static Action<string> Whole(Terminal terminal)
    {
        if (!ReferenceEquals(terminal.Out, Console.Out))
        {
            return terminal.Out.Write;
        }

        var output = Console.OpenStandardOutput();
        return text =>
        {
            output.Write(Encoding.UTF8.GetBytes(text));
            output.Flush();
        };
    }
}
