using Orchestrator.Silo.Settings;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Cli.Tests.Verbs;

/// <summary>One silo as a process of its own.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    public const string Plan = """
        plan: shop
        flag: shop
        metrics: { error_rate: { ratio: errors / requests } }
        triggers:
          - { name: errors, when: error_rate > 10%, for: 2m, action: rollback }
        segments: { beta: { optedIn: true } }
        phases:
          - name: all
            objectives: [ { name: trained, title: Support is trained } ]
            steps:
              - { name: few, percentage: 10%, segments: [ beta ], hold: 1h }
              - { name: half, percentage: 50%, hold: 1h }
              - { name: everyone, percentage: 100%, hold: 1h }
        """;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cli-{Guid.NewGuid():N}");
    private SiloProcess? _silo;

    internal Uri Address => _silo!.Address;

    internal Shell Admin => new(Address, SiloHost.AdminKey);

    public async ValueTask InitializeAsync() => _silo = await SiloProcess.StartIn(
        new Dictionary<string, string> { [ChosenKeys.AdminVariable] = SiloHost.AdminKey }, _folder);

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>Stores the plan and creates a rollout of it.</summary>
    internal async Task Create(string id)
    {
        var plans = Directory.CreateTempSubdirectory("plans-").FullName;
        await File.WriteAllTextAsync(Path.Combine(plans, "shop.yaml"), Plan);
        var applied = await Admin.Run("plan", "apply", "--dir", plans, "--yes");
        Assert.True(applied.Code is 0 or 2, applied.Error);
        await Admin.Good("create", id, "--plan", "shop", "-e", "production");
        Directory.Delete(plans, recursive: true);
    }
}
