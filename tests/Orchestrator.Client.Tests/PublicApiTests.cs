using System.Runtime.CompilerServices;
using Orchestrator.Client.AspNetCore;
using Orchestrator.Client.FeatureManagement;

namespace Orchestrator.Client.Tests;

/// <summary>
/// The packages show the reviewed API: <c>PublicApi.txt</c> beside each. After a wanted change copy the file that the failure
/// names.
/// </summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData(typeof(IRolloutRouter))]
    [InlineData(typeof(RolloutMetricsApplicationBuilderExtensions))]
    [InlineData(typeof(OrchestratorFeatureManagementBuilderExtensions))]
    [InlineData(typeof(Orchestrator.Api.Client.ApiClient))]
    public void Public_surface_is_the_reviewed_one(Type any)
    {
        var name = any.Assembly.GetName().Name!;
        var reviewed = Path.GetFullPath(Path.Combine(Folder(), "../../src", name, "PublicApi.txt"));
        var actual = PublicSurface.Of(any.Assembly);
        var received = Path.Combine(AppContext.BaseDirectory, $"{name}.PublicApi.txt");
        File.WriteAllText(received, actual);

        Assert.True(File.Exists(reviewed) && File.ReadAllText(reviewed) == actual, $"cp {received} {reviewed}");
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
