using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Propagation;

/// <summary>Time until a service has a change.</summary>
internal static class PropagationSection
{
    private const int ServerCore = 0;
    private const int LoadFrom = 1;
    private const int Silos = 3;
    private const double MostMilliseconds = 100;

    public static async Task<Section> RunAsync()
    {
        var rollouts = Repetition.Short ? 10 : 150;
        using var core = LoadCore.Of(LoadFrom);
        using var folder = new Folder();
        Changes single, cluster;
        {
            var (silo, _) = await BenchSilo.Start(folder.Path, ServerCore);
            await using var running = silo;
            single = await Changes.Make([silo], silo, rollouts);
        }

        {
            await using var running = await BenchCluster.Start(Silos, folder.Path, ServerCore);
            cluster = await Changes.Make([.. running.Silos.SkipLast(1)], running.Silos[^1], rollouts);
        }

        return Section.Of(
            "Commit to connected client",
            $"`Orchestrator.Client` as a service uses it (`AddOrchestrator`, table and stream over HTTP) in the process of the benchmarks; {rollouts} rollouts are started and rolled back, {2 * rollouts} changes, 50 to 150 ms "
            + "apart, behind one of each silo that is not counted. **From** the time of the event that changes the route, which the orchestrator takes when it decides, just before it commits; **to** the first answer of `IRolloutRouter.Route` that shows the change, asked for every "
            + $"millisecond. So the time of the commit itself is within it. One silo on its own store; and {Silos} silos on PostgreSQL, where the client follows one silo and the commands go to the others. Silos on core "
            + $"{ServerCore}, client and PostgreSQL on core {LoadFrom}. p50 / p99 / max.",
            [.. single.Rows("one silo", MostMilliseconds), .. cluster.Rows($"{Silos} silos, PostgreSQL", MostMilliseconds)]);
    }
}
