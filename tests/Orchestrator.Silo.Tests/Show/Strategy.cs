namespace Orchestrator.Silo.Tests.Show;

/// <summary>The strategy's plan as it lies in the repository.</summary>
internal static class Strategy
{
    public static readonly TimeSpan Sampling = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan Coarse = TimeSpan.FromHours(1);

    public static string Plan { get; } = File.ReadAllText(Path.Combine(Root(), "samples", "plans", "chat-architecture.yaml"));

    /// <summary>The same with a sample an hour, so that the two days of evidence a step needs are some fifty of them.</summary>
    public static string CoarsePlan { get; } = Replaced("sampling: 15s", "sampling: 1h", Replaced("window: 1m", "window: 1h", Plan));

    private static string Replaced(string one, string other, string text)
    {
        Assert.Contains(one, text, StringComparison.Ordinal);
        return text.Replace(one, other, StringComparison.Ordinal);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No repository above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}
