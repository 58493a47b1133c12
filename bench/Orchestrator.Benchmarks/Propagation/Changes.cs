using System.Globalization;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.Client;

namespace Orchestrator.Benchmarks.Propagation;

/// <summary>Changes of routes, and the time until a connected client showed each.</summary>
internal sealed class Changes
{
    private const string User = "ann";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<double> _fromEvent = [];
    private readonly List<double> _fromSending = [];
    private readonly List<double> _fromAnswer = [];

    private Changes()
    {
    }

    /// <param name="told">Silos that take the commands in turn.</param>
    /// <param name="followed">The silo of the client's table and stream.</param>
    /// <param name="rollouts">Each is started and rolled back.</param>
    public static async Task<Changes> Make(BenchSilo[] told, BenchSilo followed, int rollouts)
    {
        for (var i = 0; i < told.Length + rollouts; i++)
        {
            await told[0].PutPlan($"plan-{i}", Plan(i));
            await told[0].Create($"rollout-{i}", $"plan-{i}", "production");
        }

        await using var service = await Service.Start(followed.Server.Address);
        var changes = new Changes();
        for (var i = 0; i < told.Length + rollouts; i++)
        {
            if (i == told.Length)
            {
                // The first change of each silo includes JIT compilation.
                changes._fromEvent.Clear();
                changes._fromSending.Clear();
                changes._fromAnswer.Clear();
            }

            await changes.StartAndRollBack(service.Router, told[i % told.Length], $"rollout-{i}", $"flag-{i}");
        }

        return changes;
    }

    public IEnumerable<Row> Rows(string where, double most) =>
    [
        new($"{where}: from the event's time", _fromEvent.Spread(" ms", "0.0"), string.Create(CultureInfo.InvariantCulture, $"p99 at most {most} ms"), _fromEvent.Quantile(0.99) <= most),
        new($"{where}: from the sending of the command", _fromSending.Spread(" ms", "0.0")),
        new($"{where}: from the answer to the command (negative: the client was faster)", _fromAnswer.Spread(" ms", "0.0")),
    ];

    private async Task StartAndRollBack(IRolloutRouter router, BenchSilo silo, string rollout, string flag)
    {
        var started = await Timed(router, flag, isNew: true, () => silo.Do(rollout, "start"));
        var rolledBack = await Timed(router, flag, isNew: false, () => silo.Do(rollout, "rollback", new { reason = "measured" }));
        _fromEvent.Add((started - (await silo.Event(rollout, "PercentageRaised")).At).TotalMilliseconds);
        _fromEvent.Add((rolledBack - (await silo.Event(rollout, "RolledBack")).At).TotalMilliseconds);
    }

    private async Task<DateTimeOffset> Timed(IRolloutRouter router, string flag, bool isNew, Func<Task> change)
    {
        // Not always at the same phase of the client's polling.
        await Task.Delay(Random.Shared.Next(50, 150));
        var shown = Task.Factory.StartNew(
            () => Shown(router, flag, isNew), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var sent = DateTimeOffset.UtcNow;
        await change();
        var answered = DateTimeOffset.UtcNow;
        var at = await shown;
        _fromSending.Add((at - sent).TotalMilliseconds);
        _fromAnswer.Add((at - answered).TotalMilliseconds);
        return at;
    }

    private static DateTimeOffset Shown(IRolloutRouter router, string flag, bool isNew)
    {
        var began = DateTimeOffset.UtcNow;
        while (router.Route(flag, User).IsNew != isNew)
        {
            if (DateTimeOffset.UtcNow - began > Patience)
            {
                throw new TimeoutException($"The client did not show the change of {flag}.");
            }

            Thread.Sleep(1);
        }

        return DateTimeOffset.UtcNow;
    }

    private static string Plan(int number) => $$"""
        plan: plan-{{number}}
        title: Everybody at once
        flag: flag-{{number}}
        phases:
          - name: all
            steps: [ { name: s100, percentage: 100%, hold: 1w } ]
        """;
}
