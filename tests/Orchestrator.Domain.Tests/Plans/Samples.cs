namespace Orchestrator.Domain.Tests.Plans;

/// <summary>Files of the repository, found from wherever the tests run.</summary>
internal static class Samples
{
    public static string Root { get; } = FindRoot();

    public static string ChatArchitecture => Plan("chat-architecture.yaml");

    public static string Plan(string file) => File.ReadAllText(Path.Combine(Root, "samples", "plans", file));

    public static string Doc(string file) => File.ReadAllText(Path.Combine(Root, "docs", file));

    public static IEnumerable<string> PlanFiles =>
        Directory.EnumerateFiles(Path.Combine(Root, "samples", "plans"), "*.yaml").Select(p => Path.GetFileName(p))
            .Where(file => !file.EndsWith(".scenarios.yaml", StringComparison.Ordinal)).Order();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("no Orchestrator.sln above the tests");
        }

        return folder.FullName;
    }
}
