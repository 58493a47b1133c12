using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.PostgreSql;
using Orchestrator.Silo.Cluster;

namespace Orchestrator.Silo.Tests.Cluster;

/// <summary>Tests that need whole processes: they are killed, stopped, and lose their database.</summary>
public sealed class ClusterProcessTests(ClusterDatabase database)
{
    private const string AdminKey = SiloHost.AdminKey;
    private const string Plan = """
        plan: PLAN
        flag: flag-PLAN
        metrics: { error_rate: { ratio: errors / requests } }
        judgement: { sampling: 1s, window: 5s }
        triggers: [ { name: errors, when: error_rate > 50%, for: 3s, action: rollback } ]
        phases: [ { name: all, steps: [ { percentage: 100%, hold: 1h } ] } ]
        """;

    /// <summary>Time alone moves it: no test calls it.</summary>
    private const string Timed = """
        plan: PLAN
        flag: flag-PLAN
        metrics: { error_rate: { ratio: errors / requests } }
        phases: [ { name: all, duration: 1s..10s, steps: [ { percentage: 10%, hold: 1s } ] } ]
        """;

    [Fact]
    public async Task Kill_of_a_silo_leaves_no_rollout_unwatched()
    {
        using var folders = new Folders();
        var settings = await Settings();
        await using var one = await SiloProcess.Start(folders.New(), settings);
        await using var two = await SiloProcess.Start(folders.New(), settings);
        await using var three = await SiloProcess.Start(folders.New(), settings);
        var survivor = two.As(AdminKey);
        string[] ids = [.. Enumerable.Range(0, 8).Select(i => $"r{i}")];
        foreach (var id in ids)
        {
            await Running(survivor, id);
            await Sample(survivor, id);
        }

        await Task.WhenAll(ids.Select(id => TestCluster.Until(survivor, $"/api/v1/rollouts/{id}/events", events => Types(events).Contains("TriggerBreached"))));
        string[] timed = [.. ids.Select(id => $"timed-{id}")];
        await Task.WhenAll(timed.Select(id => Running(survivor, id, Timed)));
        await one.Kill();

        // What is known goes on being reported, to the others; where a rollout lived is chance, and some lived there.
        using var enough = new CancellationTokenSource();
        using var others = three.As(AdminKey);
        var reporting = Task.WhenAll(ids.Select(id => Report(others, id, enough.Token)));
        await Task.WhenAll(ids.Select(id => TestCluster.Until(survivor, $"/api/v1/rollouts/{id}", r => r.GetProperty("status").GetString() == "rolledBack")));
        await enough.CancelAsync();
        await reporting;
        await Task.WhenAll(timed.Select(id => TestCluster.Until(survivor, $"/api/v1/rollouts/{id}/events", events => Types(events).Contains("PhaseOverran"))));
        foreach (var id in ids)
        {
            Assert.Single(Types(await survivor.GetAsync($"/api/v1/rollouts/{id}/events").Json()), type => type == "RolledBack");
        }
    }

    [Fact]
    public async Task Stopped_silo_says_that_it_is_not_ready_answers_what_it_gets_and_leaves()
    {
        using var folders = new Folders();
        var settings = await Settings();
        await using var stays = await SiloProcess.Start(folders.New(), settings);
        await using var goes = await SiloProcess.Start(folders.New(), [.. settings, "--Orchestrator:Cluster:Drain=3s"]);
        using var client = goes.As(AdminKey);
        await Running(client, "r1");

        goes.Terminate();
        var answered = 0;
        await Eventually.Until("the stopped silo is not ready", async () =>
        {
            try
            {
                using var ready = await client.GetAsync("/health/ready");
                await client.PutAsJsonAsync($"/api/v1/environments/production/flags/f{answered}", new { value = answered }).Json();
                answered++;
                return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
            }
            catch (HttpRequestException e)
            {
                throw new InvalidOperationException("The silo stopped listening before it was not ready.", e);
            }
        });

        await goes.Exited;
        Assert.Equal(0, goes.ExitCode);
        Assert.True(answered > 0);
        var nodes = await TestCluster.Until(stays.As(AdminKey), "/api/v1/nodes", body => body.GetProperty("nodes").GetArrayLength() == 1);
        Assert.Equal("silo", nodes.GetProperty("nodes")[0].GetProperty("role").GetString());
        await stays.As(AdminKey).PostAsJsonAsync("/api/v1/rollouts/r1/pause", new { }).Json();
    }

    [Fact]
    public async Task Rollback_while_the_database_is_away_is_kept_over_a_kill_and_applied_once()
    {
        using var folders = new Folders();
        await using var server = await PostgresServer.StartAsync(fsync: false);
        string[] settings = [.. ClusterDatabase.Settings(await server.CreateDatabase()), $"--ORCHESTRATOR_ADMIN_KEY={AdminKey}", $"--Orchestrator:Cluster:SiloPort={FreePort.Pick()}"];
        var folder = folders.New();
        await using (var silo = await SiloProcess.Start(folder, settings))
        {
            await Running(silo.As(AdminKey), "r1");
            await server.Stop();
            var answer = await silo.As(AdminKey).PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "the database is away, and so is checkout" }).Json(202);
            Assert.True(answer.GetProperty("accepted").GetBoolean());
            var nodes = await silo.As(AdminKey).GetAsync("/api/v1/nodes").Json();
            Assert.Equal("r1", nodes.GetProperty("nodes")[0].GetProperty("kept")[0].GetProperty("rollout").GetString());
            await silo.Kill();
        }

        await server.Start();
        await using (var silo = await SiloProcess.Start(folder, settings))
        {
            await TestCluster.Until(silo.As(AdminKey), "/api/v1/rollouts/r1", r => r.GetProperty("status").GetString() == "rolledBack");
            await TestCluster.Until(silo.As(AdminKey), "/api/v1/nodes", body => body.GetProperty("nodes")[0].GetProperty("kept").GetArrayLength() == 0);
            Assert.Single(Types(await silo.As(AdminKey).GetAsync("/api/v1/rollouts/r1/events").Json()), type => type == "RolledBack");
            Assert.Empty(Directory.GetFiles(Path.Combine(folder, "kept"), "*.json"));
        }
    }

    [Fact]
    public async Task Database_that_cannot_be_used_ends_the_start_in_words()
    {
        using var folders = new Folders();
        var (exit, output) = await SiloProcess.RunToEnd(
            ["--urls", "http://127.0.0.1:0", $"--Orchestrator:Data={folders.New()}",
             .. ClusterDatabase.Settings($"Host=127.0.0.1;Port={FreePort.Pick()};Database=none;Username=nobody;Password=very-secret")]);
        Assert.Equal(4, exit);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static object Bad => new { samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 900 } } } };

    private async Task<string[]> Settings() => [.. await database.New(), $"--ORCHESTRATOR_ADMIN_KEY={AdminKey}"];

    private static async Task Running(HttpClient silo, string id, string plan = Plan)
    {
        await silo.PutAsync($"/api/v1/plans/{id}", Answers.Text(plan.Replace("PLAN", id, StringComparison.Ordinal), "application/yaml")).Json(201);
        await silo.PostAsJsonAsync("/api/v1/rollouts", new { id, plan = id, environment = "production" }).Json(201);
        await silo.PostAsJsonAsync($"/api/v1/rollouts/{id}/start", new { }).Json();
    }

    private static Task Sample(HttpClient silo, string id) => silo.PostAsJsonAsync($"/api/v1/rollouts/{id}/metrics", Bad).Json(202);

    /// <summary>At the pace of the plan, whether it is taken or not.</summary>
    private static async Task Report(HttpClient silo, string id, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!stop.IsCancellationRequested)
        {
            using var answer = await silo.PostAsJsonAsync($"/api/v1/rollouts/{id}/metrics", Bad, CancellationToken.None);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static IEnumerable<string?> Types(JsonElement events) =>
        events.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString());

    /// <summary>Data folders that go with the test.</summary>
    private sealed class Folders : IDisposable
    {
        private readonly List<string> _made = [];

        public string New()
        {
            _made.Add(Directory.CreateTempSubdirectory("silo-").FullName);
            return _made[^1];
        }

        public void Dispose() => _made.ForEach(folder => Directory.Delete(folder, recursive: true));
    }
}
