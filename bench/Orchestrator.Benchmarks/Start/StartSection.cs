using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Start;

/// <summary>From the start of the process to the first 200 of /health/ready.</summary>
internal static class StartSection
{
    private const int Runs = 5;
    private const double MostMilliseconds = 2000;
    private const int Rollouts = 100;

    public static async Task<Section> RunAsync()
    {
        await OnEmpty();
        var empty = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            empty.Add(await OnEmpty());
        }

        using var folder = new Folder();
        var events = await Fill(folder.Path);
        var filled = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            filled.Add(await On(folder.Path));
        }

        return Section.Of(
            "Ready after start",
            $"The built Release executable, from process start to `/health/ready` 200, polled every 5 ms; median of {Runs} after one to warm the file cache.",
            Row.AtMost("empty folder", empty.Median(), MostMilliseconds, " ms", "0"),
            Row.AtMost($"folder with {events} events ({Rollouts} running rollouts)", filled.Median(), MostMilliseconds, " ms", "0"));
    }

    private static async Task<double> OnEmpty()
    {
        using var folder = new Folder();
        return await On(folder.Path);
    }

    private static async Task<double> On(string folder)
    {
        var (silo, readyAfter) = await BenchSilo.Start(folder);
        await silo.DisposeAsync();
        return readyAfter;
    }

    private static async Task<int> Fill(string folder)
    {
        var (silo, _) = await BenchSilo.Start(folder);
        await using var running = silo;
        await silo.PutPlan("chat-architecture", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples/plans/chat-architecture.yaml")));
        for (var i = 0; i < Rollouts; i++)
        {
            await silo.Create($"chat-{i}", "chat-architecture", $"team-{i}");
            await silo.Do($"chat-{i}", "start");
        }

        using var log = await silo.Events();
        var started = 0;
        for (var events = 0; ;)
        {
            var line = await log.ReadLineAsync() ?? throw new EndOfStreamException();
            events += line.StartsWith("id:", StringComparison.Ordinal) ? 1 : 0;
            started += line == "event: StepStarted" ? 1 : 0;
            if (started == Rollouts)
            {
                return events;
            }
        }
    }
}
