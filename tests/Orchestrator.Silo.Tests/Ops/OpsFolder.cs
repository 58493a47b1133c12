namespace Orchestrator.Silo.Tests.Ops;

/// <summary>Dashboards and alert rules for those who watch the orchestrator.</summary>
internal static class OpsFolder
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Orchestrator.sln")))
        {
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return System.IO.Path.Combine(folder, "ops");
    }
}
