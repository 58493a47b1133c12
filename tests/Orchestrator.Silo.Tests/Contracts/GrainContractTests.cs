using System.Runtime.CompilerServices;
using Orchestrator.Client.Tests;
using Orchestrator.Contracts;
using Orchestrator.Grains.Serialization;

namespace Orchestrator.Silo.Tests.Contracts;

/// <summary>
/// Names that processes of two builds must share are the reviewed ones. After a wanted change: <c>WRITE_CONTRACTS=1 dotnet test --project
/// tests/Orchestrator.Silo.Tests -c Release --filter-class "*GrainContractTests"</c>.
/// </summary>
public sealed class GrainContractTests
{
    private const string Rewrite =
        """WRITE_CONTRACTS=1 dotnet test --project tests/Orchestrator.Silo.Tests -c Release --filter-class "*GrainContractTests" """;

    [Fact]
    public void Names_between_silos_are_the_reviewed_ones() =>
        Compare("Orchestrator.Grains/GrainContracts.txt", GrainContracts.Of(typeof(GrainMessages).Assembly, typeof(ISegmentRouter).Assembly));

    [Fact]
    public void Package_of_contracts_shows_the_reviewed_types() =>
        Compare("Orchestrator.Contracts/PublicApi.txt", PublicSurface.Of(typeof(ISegmentRouter).Assembly));

    [Fact]
    public void Contracts_name_methods_cases_and_members()
    {
        var lines = GrainContracts.Of(typeof(GrainMessages).Assembly, typeof(ISegmentRouter).Assembly).Split('\n');
        Assert.Contains("interface Orchestrator.Grains.Rollouts.IRolloutGrain", lines);
        Assert.Contains(lines, line => line.StartsWith("  Execute(", StringComparison.Ordinal));
        Assert.Contains("  $case Abort: Orchestrator.Domain.Rollouts.RolloutCommand+Abort", lines);
        Assert.Contains("message Orchestrator.Grains.Aggregates.Envelope", lines);
        Assert.Contains("message Orchestrator.Contracts.SegmentAnswer (alias orchestrator.SegmentAnswer)", lines);
    }

    private static void Compare(string file, string actual)
    {
        var path = Path.GetFullPath(Path.Combine(Folder(), "../../../src", file));
        if (Environment.GetEnvironmentVariable("WRITE_CONTRACTS") == "1")
        {
            File.WriteAllText(path, actual);
        }

        var reviewed = File.Exists(path) ? File.ReadAllLines(path) : [];
        var current = actual.TrimEnd('\n').Split('\n');
        if (!reviewed.SequenceEqual(current))
        {
            Assert.Fail($"{file} differs. Silos of two builds that differ here do not mix.\n"
                + $"{string.Join('\n', Removed(reviewed, current).Select(line => "- " + line))}\n"
                + $"{string.Join('\n', Removed(current, reviewed).Select(line => "+ " + line))}\nAfter a wanted change: {Rewrite}");
        }
    }

    /// <summary>Lines of the first text that the second has not, each with the type above it.</summary>
    private static IEnumerable<string> Removed(string[] first, string[] second) => Qualified(first).Except(Qualified(second));

    private static IEnumerable<string> Qualified(string[] lines)
    {
        var type = "";
        foreach (var line in lines)
        {
            type = line.StartsWith("  ", StringComparison.Ordinal) ? type : line;
            yield return type == line ? line : $"{type}:{line}";
        }
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
