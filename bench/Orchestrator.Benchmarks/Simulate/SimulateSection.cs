using System.Diagnostics;
using Orchestrator.Domain.Plans;
using Orchestrator.PlanFiles;

namespace Orchestrator.Benchmarks.Simulate;

/// <summary>Run time of the pure simulator for the strategy's plan.</summary>
internal static class SimulateSection
{
    private const int Weeks = 17;
    private const int Runs = 9;

    public static Section Run()
    {
        var read = PlanText.Read(File.ReadAllBytes(Path.Combine(Repository.Root, "samples/plans/chat-architecture.yaml")));
        var plan = read.Plan ?? throw new InvalidOperationException($"The sample plan has {read.Errors.Length} errors.");
        var (first, story) = Time(plan);
        var others = Enumerable.Range(0, Runs).Select(_ => Time(plan).Milliseconds).ToArray();
        var end = story.Rollout.State;
        return Section.Of(
            $"Simulate {Weeks} weeks",
            $"`samples/plans/chat-architecture.yaml` in `Simulator`, people who agree at once, a sample of each variant every hour (the sampling floor): "
            + $"{story.Samples} samples, {story.Rollout.Events.Count} events, from start to {end.Phase?.Name}/{end.Step?.Name} ({end.Status}).",
            Row.AtMost($"median of {Runs} runs", others.Median(), 1000, " ms", "0"),
            Row.Figure("fastest of them", others.Min(), " ms", "0"),
            Row.Figure("the run before them, first of the process, compiling as it goes", first, " ms", "0"));
    }

    private static (double Milliseconds, Story Story) Time(Plan plan)
    {
        var watch = Stopwatch.GetTimestamp();
        var story = Story.Of(plan, TimeSpan.FromDays(7 * Weeks), TimeSpan.FromHours(1));
        return (Stopwatch.GetElapsedTime(watch).TotalMilliseconds, story);
    }
}
