using Orchestrator.Faults.Running;

namespace Orchestrator.Faults.Tests;

/// <summary>The short form of the fault kit. `dotnet run -c Release --project tests/Orchestrator.Faults -- long` is the long one.</summary>
public sealed class ShortFormTests(ITestOutputHelper output)
{
    private static readonly Scale Scale = new(Long: false);

    private static readonly IReadOnlyDictionary<string, Performance> All =
        Performance.Of(Catalog.All.Where(scenario => scenario.Short), Scale, together: true).ToDictionary(performance => performance.Name);

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Invariants_hold(string performance)
    {
        var folder = Directory.CreateTempSubdirectory("faults-").FullName;
        using var narration = new StringWriter();
        var judgement = await All[performance].Play(folder, narration);
        output.WriteLine($"{narration}{judgement}");
        Assert.True(judgement.Passed, $"{narration}{judgement}");
        Directory.Delete(folder, recursive: true);
    }
}
