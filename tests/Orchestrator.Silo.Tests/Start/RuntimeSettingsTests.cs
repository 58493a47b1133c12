using System.Text.Json;

namespace Orchestrator.Silo.Tests.Start;

/// <summary>Settings of the runtime that the silo is built with.</summary>
public sealed class RuntimeSettingsTests
{
    [Fact]
    public void Budget_of_generation_0_does_not_follow_the_cache_of_the_host()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Orchestrator.Silo.runtimeconfig.json");
        using var settings = JsonDocument.Parse(File.ReadAllText(path));

        var properties = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.Equal(4 * 1024 * 1024, properties.GetProperty("System.GC.Gen0MaxBudget").GetInt32());
    }
}
