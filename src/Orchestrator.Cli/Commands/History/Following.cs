using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.History;

/// <summary>Events as they happen. A stream that ends is opened again after its last event, on the next server that answers.</summary>
internal static class Following
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    public static async IAsyncEnumerable<JsonElement> Of(
        Invocation invocation, string rollout, string? types, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        var pause = TimeSpan.FromMilliseconds(500);
        while (true)
        {
            await using var events = invocation.Api.Follow(after, rollout, types, stop).GetAsyncEnumerator(stop);
            while (true)
            {
                try
                {
                    if (!await events.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (Exception error) when (error is OrchestratorUnreachableException or IOException or HttpRequestException
                    || (error is OrchestratorApiException problem && Runs.Code(problem) == ExitCode.Unreachable))
                {
                    invocation.Say($"The stream ended: {error.Message} It is opened again in {pause.TotalSeconds:0.#} s.");
                    break;
                }

                pause = TimeSpan.FromMilliseconds(500);
                after = events.Current.Position;
                yield return events.Current.Json;
            }

            await Task.Delay(pause, stop);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
