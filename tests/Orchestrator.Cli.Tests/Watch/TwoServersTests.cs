using Orchestrator.Cli.Tests.Verbs;
using Orchestrator.PostgreSql;
using Orchestrator.Silo.Settings;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>The real command in a real terminal with two servers of one cluster, the first of which is killed.</summary>
[Trait("Speed", "Slow")]
public sealed class TwoServersTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("two-").FullName;
    private PostgresServer _database = null!;
    private SiloProcess _first = null!;
    private SiloProcess _second = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresServer.StartAsync(fsync: false);
        string[] settings = ["--Orchestrator:Storage=postgres", $"--ConnectionStrings:Orchestrator={await _database.CreateDatabase()}"];
        var keys = new Dictionary<string, string> { [ChosenKeys.AdminVariable] = SiloHost.AdminKey };
        _first = await SiloProcess.StartIn(keys, Path.Combine(_folder, "first"), settings);
        _second = await SiloProcess.StartIn(keys, Path.Combine(_folder, "second"), settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Watch_and_verbs_go_on_with_the_second_server_when_the_first_is_killed()
    {
        var servers = $"{_first.Address},{_second.Address}";
        await SiloFixture.Create(new Shell(_first.Address, SiloHost.AdminKey), "r1");
        var variables = new Dictionary<string, string>
        {
            ["ROLLOUT_SERVER"] = servers,
            ["ROLLOUT_API_KEY"] = SiloHost.AdminKey,
            ["ROLLOUT_CONFIG"] = Path.Combine(_folder, "no-config.json"),
            ["LC_ALL"] = "C.UTF-8",
        };
        await using var terminal = await Tmux.Start(120, 40, variables, "get", "r1", "--watch");
        await Shows(terminal, "the created rollout", "CREATED 0%");
        var both = new Shell(null, SiloHost.AdminKey);
        string[] named = ["--server", _first.Address.ToString(), "--server", _second.Address.ToString()];
        await both.Good(["start", "r1", "--yes", .. named]);
        await Shows(terminal, "the start", "RUNNING 10%");

        // kill -9: no goodbye. Whatever is shown from now on comes from the second one.
        await _first.Kill();
        await both.Good(["rollback", "r1", "-m", "payments fail", .. named]);
        await Shows(terminal, "the rollback", "ROLLED BACK 0%");
    }

    private static async Task Shows(Tmux terminal, string what, string head) => await Eventually.Until(
        what, terminal.Frame,
        frame => frame[0].Contains(head, StringComparison.Ordinal) && frame[0].Contains("live, ", StringComparison.Ordinal),
        frame => string.Join('\n', frame) + terminal.Stderr());
}
