using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Cli.Running;

/// <summary>Waits with a limit.</summary>
internal static class Waits
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SlowPause = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait; null for that of the verb, which the description names.</summary>
    public static Option<TimeSpan?> Timeout(string otherwise) => new("--timeout")
    {
        Description = $"Longest wait, such as 30s or 2h. Default: {otherwise}",
        HelpName = "duration",
        CustomParser = parsed =>
        {
            var text = parsed.Tokens.Count > 0 ? parsed.Tokens[^1].Value : "";
            if (Durations.TryParse(text, out var time) && time > TimeSpan.Zero)
            {
                return time;
            }

            parsed.AddError($"--timeout is \"{text}\"; it must be a duration such as 30s, 10m or 2h.");
            return null;
        },
    };

    /// <summary>
    /// Waits until all nodes decide by a version of a rollout, and says how long it took from <paramref name="since"/>. A node that has lost
    /// its lease counts: it answers legacy, or what its plan says for that.
    /// </summary>
    public static async Task Everywhere(
        Invocation invocation, string rollout, long version, Stopwatch since, TimeSpan limit, CancellationToken stop)
    {
        var events = await Patiently(
            invocation, Calls.Route($"/api/v1/rollouts/{rollout}/events").Query(("after", Text(version - 1)), ("limit", "1")), since, limit, stop);
        var position = events.Items("events").First().Number("position") ?? throw new Failure(ExitCode.Failed, "The server names no position of the event.");
        while (true)
        {
            var nodes = (await Patiently(invocation, "/api/v1/nodes", since, limit, stop)).Items("nodes").ToArray();
            var behind = nodes.Where(node => node.Number("position") < position && !node.True("stale")).ToArray();
            if (behind.Length == 0)
            {
                var stale = nodes.Count(node => node.Number("position") < position);
                invocation.Say($"In force on {Count(nodes.Length - stale, "node")} after {Seconds(since.Elapsed)} s"
                    + (stale > 0 ? $"; {Count(stale, "node")} without a lease, on the plan's answer for stale nodes." : "."));
                return;
            }

            if (since.Elapsed > limit)
            {
                throw new Failure(ExitCode.TimedOut, $"After {Seconds(since.Elapsed)} s {Count(behind.Length, "node")} of {nodes.Length} did not decide by it: "
                    + string.Join(", ", behind.Take(10).Select(node => node.Text("name") ?? node.Text("id"))) + ".");
            }

            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>Waits until the log has taken what nodes keep of a rollout on their disks.</summary>
    /// <returns>Version of the rollout then.</returns>
    public static async Task<long> Recorded(Invocation invocation, string rollout, Stopwatch since, TimeSpan limit, CancellationToken stop)
    {
        while ((await Patiently(invocation, "/api/v1/nodes", since, limit, stop)).Items("nodes")
            .Any(node => node.Items("kept").Any(kept => kept.Text("rollout") == rollout)))
        {
            if (since.Elapsed > limit)
            {
                throw new Failure(ExitCode.TimedOut, $"After {Seconds(since.Elapsed)} s the log has not taken it. The node keeps it, and routes by it.");
            }

            await Task.Delay(Pause, stop);
        }

        var view = await Patiently(invocation, Calls.Route($"/api/v1/rollouts/{rollout}"), since, limit, stop);
        return (long)(view.Number("version") ?? 0);
    }

    /// <summary>Reads until a condition holds. A server that does not answer for a while is asked until the time is over.</summary>
    public static async Task<JsonElement> Until(
        Invocation invocation, string path, Func<JsonElement, bool> holds, string what, TimeSpan limit, CancellationToken stop)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            var answer = await Patiently(invocation, path, since, limit, stop);
            if (holds(answer))
            {
                return answer;
            }

            if (since.Elapsed > limit)
            {
                throw new Failure(ExitCode.TimedOut, $"After {Seconds(since.Elapsed)} s it does not hold: {what}. Now: {answer.Text("summary")}");
            }

            await Task.Delay(SlowPause, stop);
        }
    }

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    public static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static async Task<JsonElement> Patiently(
        Invocation invocation, string path, Stopwatch since, TimeSpan limit, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await invocation.Get(path, stop);
            }
            catch (Exception error) when (since.Elapsed <= limit && (error is OrchestratorUnreachableException
                || (error is OrchestratorApiException problem && Runs.Code(problem) == ExitCode.Unreachable)))
            {
                await Task.Delay(SlowPause, stop);
            }
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
