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

    /// <summary>A person whose key is in use: one that is not counts as its maker's.</summary>
    internal async Task<Shell> Person(string name, string role)
    {
        var person = new Shell(Address, (await Admin.Good("keys", "create", name, "--role", role, "--person", name)).Out.Trim());
        await person.Good("stop-the-line", $"of-{name}", "-m", "the first day");
        return person;
    }

    /// <summary>Stores the plan and creates a rollout of it, in an environment of its own name: a flag has one rollout in each.</summary>
    internal Task Create(string id) => Create(Admin, id);

    /// <inheritdoc cref="Create(string)"/>
    internal static async Task Create(Shell admin, string id)
    {
        var plans = Directory.CreateTempSubdirectory("plans-").FullName;
        await File.WriteAllTextAsync(Path.Combine(plans, "shop.yaml"), Plan);
        var applied = await admin.Run("plan", "apply", "--dir", plans, "--yes");
        Assert.True(applied.Code is 0 or 2, applied.Error);
        await admin.Good("create", id, "--plan", "shop", "-e", id);
        Directory.Delete(plans, recursive: true);
    }
}
