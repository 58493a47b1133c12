using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Orchestrator.Client.Tests;

/// <summary>
/// The packages in a folder feed, and the sample of the client outside of the repository, with the packages in place of the projects. All
/// other packages come from those that the build restored: no request leaves the machine.
/// </summary>
public sealed partial class PackagedSample : IAsyncLifetime
{
    private const string Project = "Orchestrator.Samples.Client";
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("packages-");

    /// <summary>Folder of the packages.</summary>
    public string Feed => Path.Combine(_folder.FullName, "feed");

    /// <summary>The built sample; <c>dotnet</c> runs it.</summary>
    public string Program => Path.Combine(Sample, "bin", Configuration, "net10.0", Project + ".dll");

    private string Sample => Path.Combine(_folder.FullName, "sample");

    public async ValueTask InitializeAsync()
    {
        // A version of its own: a package of the same version from another place cannot take this one's.
        var version = $"1.0.0-test.{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}";
        await Run(Root(), "bash", "eng/pack.sh", Feed, $"-p:PackageVersion={version}");
        var restored = (await Run(Root(), "dotnet", "nuget", "locals", "global-packages", "--list")).Split(": ", 2)[1].Trim();

        Directory.CreateDirectory(Sample);
        var source = Path.Combine(Root(), "samples", "client");
        foreach (var file in Directory.EnumerateFiles(source, "*.cs"))
        {
            File.Copy(file, Path.Combine(Sample, Path.GetFileName(file)));
        }

        var project = await File.ReadAllTextAsync(Path.Combine(source, Project + ".csproj"));
        project = ProjectReferences().Replace(project, $"""<PackageReference Include="$1" Version="{version}" />""");
        await Write(Project + ".csproj", project);
        await Write("NuGet.config", $"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="restored" value="{restored}" /></fallbackPackageFolders>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_folder.FullName, "own")}" /></config>
            </configuration>
            """);
        await Write("Directory.Build.props", """
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
            </Project>
            """);
        await Write("Directory.Build.targets", """
            <Project>
              <Target Name="SeesTheClientAlone" BeforeTargets="CoreCompile">
                <ItemGroup>
                  <Seen Include="@(ReferencePathWithRefAssemblies->'%(Filename)')" />
                </ItemGroup>
                <WriteLinesToFile File="seen.txt" Lines="@(Seen)" Overwrite="true" />
              </Target>
            </Project>
            """);
        await Run(
            Sample, "dotnet", "build", "-c", Configuration, "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v", "quiet", "--nologo");
    }

    /// <summary>Assemblies of ours that the compiler of the sample was given.</summary>
    public async Task<IEnumerable<string>> Seen() => (await File.ReadAllLinesAsync(Path.Combine(Sample, "seen.txt")))
        .Where(name => name.StartsWith("Orchestrator.", StringComparison.Ordinal)).Order();

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<string> Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The test itself is a child of an SDK, which leaves its own paths to its children.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["CONFIGURATION"] = Configuration;
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await error}");
        return await output;
    }

    private Task Write(string name, string text) => File.WriteAllTextAsync(Path.Combine(Sample, name), text);

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [GeneratedRegex("""<ProjectReference Include="[^"]*/([^/"]+)\.csproj" />""")]
    private static partial Regex ProjectReferences();
}
