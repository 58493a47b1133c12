using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Orchestrator.Silo.Tests.Architecture;

/// <summary>
/// Floors of projects and of their folders: code uses its own floor and those below it. A folder of two levels counts as its first.
/// </summary>
public sealed class FloorTests
{
    /// <summary>Folders from the ground up. A new folder gets its place here.</summary>
    private static readonly Dictionary<string, string[]> Floors = new(StringComparer.Ordinal)
    {
        ["Orchestrator.Domain"] =
        [
            "Quantities", "Leases", "Events", "Documents", "Conditions", "Access", "Alerts", "People", "Segments", "Environments", "Plans", "Metrics", "Rollouts", "Routing", "History",
            "Notifications", "Chronicles", "Journeys", "Audit", "Scenarios", "Backtests",
        ],
        ["Orchestrator.Grains"] =
        [
            "Files", "Telemetry", "Time", "Egress", "Serialization", "Log", "World", "Aggregates", "Routing", "Access", "Environments", "Plans", "Segments", "Integrity", "Cluster", "Metrics",
            "Notifications", "Checkpoints", "Recovery", "Rollouts", "Health", "",
        ],
        ["Orchestrator.Storage"] = ["Shared", "Memory", "Sqlite", "Postgres", "Azure", ""],
        ["Orchestrator.Api"] =
        [
            "Diagnostics", "Http", "Callers", "InProcess", "Connections", "Streams", "Requests", "Pipeline", "OpenApi", "Oidc", "Pushes", "Events",
            "Audit", "Access", "Environments", "Plans", "Incidents", "Rollouts", "Alerts", "Integrity", "Checkpoints", "Notifications",
            "Health", "Nodes", "Ofrep", "Sdk", "Segments", "Explain", "",
        ],
        ["Orchestrator.Dashboard"] = ["Assets", "Words", "Charts", "Calls", "Sessions", "Frame", "Pages", ""],
        ["Orchestrator.Silo"] = ["Settings", "Cluster", "Edge", "Maintenance", ""],
        ["Orchestrator.Client"] = ["", "Table", "Metrics", "Shadow", "Registration"],
        ["Orchestrator.Cli"] = ["Exits", "Output", "Servers", "Running", "Completion", "Plans", "Watch", "Commands", ""],
    };

    /// <summary>Projects that each project may use.</summary>
    private static readonly Dictionary<string, string[]> Projects = new(StringComparer.Ordinal)
    {
        ["Orchestrator.Domain"] = [],
        ["Orchestrator.PlanFiles"] = ["Orchestrator.Domain"],
        ["Orchestrator.Contracts"] = [],
        ["Orchestrator.Grains"] = ["Orchestrator.Domain", "Orchestrator.Contracts"],
        ["Orchestrator.Storage"] = ["Orchestrator.Domain", "Orchestrator.Grains"],
        ["Orchestrator.Api.Client"] = [],
        ["Orchestrator.Api"] = ["Orchestrator.Domain", "Orchestrator.PlanFiles", "Orchestrator.Contracts", "Orchestrator.Grains", "Orchestrator.Api.Client"],
        ["Orchestrator.Client"] = ["Orchestrator.Domain"],
        ["Orchestrator.Cli"] = ["Orchestrator.Domain", "Orchestrator.PlanFiles", "Orchestrator.Api.Client"],
        ["Orchestrator.Dashboard"] = ["Orchestrator.Domain", "Orchestrator.Api", "Orchestrator.Grains"],
        ["Orchestrator.Silo"] = ["Orchestrator.Domain", "Orchestrator.PlanFiles", "Orchestrator.Contracts", "Orchestrator.Grains", "Orchestrator.Storage", "Orchestrator.Api", "Orchestrator.Dashboard"],
    };

    public static TheoryData<string> Divided => [.. Floors.Keys];

    public static TheoryData<string> All => [.. Projects.Keys];

    [Theory]
    [MemberData(nameof(Divided))]
    public void Folder_uses_only_folders_below_it(string project)
    {
        var floors = Floors[project];
        var types = new ArchLoader().LoadAssembly(Of(project)).Build().Types.Where(type => Within(type, project)).ToArray();
        Assert.True(types.Length > 25, $"{types.Length} types of {project}");
        Assert.Empty(types.Select(type => Folder(type, project)).Distinct().Except(floors));
        Assert.Empty(
            from type in types
            from dependency in type.Dependencies
            where Within(dependency.Target, project)
            let own = Array.IndexOf(floors, Folder(type, project))
            let to = Array.IndexOf(floors, Folder(dependency.Target, project))
            where to > own
            select $"{type.FullName} uses {dependency.Target.FullName}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Project_uses_only_projects_below_it(string project) =>
        Assert.Empty(References(project).Where(static name => name.StartsWith("Orchestrator.", StringComparison.Ordinal)).Except(Projects[project]));

    /// <summary>A page is a reader of the public API: it knows no more than a client of another process does.</summary>
    [Theory]
    [InlineData("Pages")]
    [InlineData("Charts")]
    [InlineData("Words")]
    [InlineData("Frame")]
    public void Dashboard_reads_by_calls_of_the_public_API_only(string folder) => Assert.Empty(
        from type in new ArchLoader().LoadAssembly(Assembly.Load("Orchestrator.Dashboard")).Build().Types
        where Within(type, $"Orchestrator.Dashboard.{folder}")
        from dependency in type.Dependencies
        let target = dependency.Target.FullName
        where target.StartsWith("Orchestrator.", StringComparison.Ordinal) && !target.StartsWith("Orchestrator.Dashboard.", StringComparison.Ordinal)
        select $"{type.FullName} uses {target}");

    [Fact]
    public void Domain_uses_no_package() =>
        Assert.DoesNotContain(References("Orchestrator.Domain"), static name => !name.StartsWith("System", StringComparison.Ordinal));

    [Theory]
    [InlineData("Orchestrator.PlanFiles", "Microsoft.AspNetCore")]
    [InlineData("Orchestrator.PlanFiles", "Orleans")]
    [InlineData("Orchestrator.Grains", "Microsoft.AspNetCore.Http")]
    [InlineData("Orchestrator.Storage", "Microsoft.AspNetCore")]
    public void Project_does_without(string project, string framework) =>
        Assert.DoesNotContain(References(project), name => name.StartsWith(framework, StringComparison.Ordinal));

    private static string[] References(string project) =>
        [.. Of(project).GetReferencedAssemblies().Select(static name => name.Name!)];

    /// <summary>Assembly of a project; that of the command line has the name of the command.</summary>
    private static Assembly Of(string project) => Assembly.Load(project == "Orchestrator.Cli" ? "rollout" : project);

    /// <summary>Code that a generator wrote lies in other namespaces, and a type parameter in none.</summary>
    private static bool Within(IType type, string project) =>
        type.Namespace?.FullName is { } name && (name == project || name.StartsWith(project + ".", StringComparison.Ordinal))
        && !(project == "Orchestrator.Api" && name == "Orchestrator.Api.Client");

    /// <summary>Folder of a type. The registration of the client is in the namespace of the package, where a service finds it.</summary>
    private static string Folder(IType type, string project) =>
        type.FullName.StartsWith("Orchestrator.Client.OrchestratorServiceCollectionExtensions", StringComparison.Ordinal) ? "Registration"
        : type.Namespace.FullName == project ? "" : type.Namespace.FullName[(project.Length + 1)..].Split('.')[0];
}
