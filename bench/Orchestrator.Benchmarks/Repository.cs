namespace Orchestrator.Benchmarks;

/// <summary>Paths in the clone this was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Silo => Built("src/Orchestrator.Silo", "Orchestrator.Silo");

    public static string Baseline => Built("bench/OfrepBaseline", "OfrepBaseline");

    /// <summary>A script of bench/peers.</summary>
    public static string Peer(string script)
    {
        var path = Path.Combine(Root, "bench/peers", script);
        return Directory.Exists(Path.Combine(Root, "bench/peers/node_modules")) ? path : throw new FileNotFoundException("Its packages are not installed; bench/run.sh installs them.", path);
    }

    private static string Built(string folder, string assembly)
    {
        var path = Path.Combine(Root, folder, "bin/Release/net10.0", assembly + ".dll");
        return File.Exists(path) ? path : throw new FileNotFoundException("Not built; bench/run.sh builds it.", path);
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Orchestrator.sln.");
    }
}
