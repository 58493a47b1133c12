using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Recording;

/// <summary>A service that reports metrics of the new path four times a second, to any silo that accepts them.</summary>
internal sealed class Samples : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly Operator _api;
    private readonly Func<IReadOnlyList<Node>> _nodes;
    private readonly string _rollout;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile int _errors;
    private long _sent;

    public Samples(Operator api, Func<IReadOnlyList<Node>> nodes, string rollout)
    {
        (_api, _nodes, _rollout) = (api, nodes, rollout);
        _running = Task.Run(Run);
    }

    /// <summary>Half of the requests fail from now on, after a while without errors.</summary>
    public async Task Bad()
    {
        await Well();
        _errors = 50;
    }

    /// <summary>Waits until there were no errors for a while.</summary>
    public async Task Well()
    {
        await Waiting.Until(() => Task.FromResult(Interlocked.Read(ref _sent) >= 8), "eight samples without an error", TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task Run()
    {
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            var nodes = _nodes();
            try
            {
                object[] samples = [new { variant = "new", counters = new { requests = 100, errors = _errors } },
                    new { variant = "legacy", counters = new { requests = 100, errors = 0 } }];
                await _api.Post($"/api/v1/rollouts/{_rollout}/metrics", new { samples }, nodes[turn % nodes.Count]).WaitAsync(TimeSpan.FromSeconds(5));
                Interlocked.Increment(ref _sent);
            }
            catch (Exception e)
                when (e is HttpRequestException or OperationCanceledException or TimeoutException or ScenarioFailedException)
            {
                // The next silo gets the next ones: a service does not wait for its metrics.
            }

            await Task.WhenAny(Task.Delay(Period, _stop.Token));
        }
    }
}
