using System.Text.Json;
namespace Orchestrator.Cli.Tests.Verbs;

/// <summary>Verbs of environments, segments, plans, keys, nodes and history against a silo that is a process of its own.</summary>
public sealed class ThingVerbTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Any_request_is_sent_with_the_credentials_of_the_context_and_to_no_other_host()
    {
        var admin = silo.Admin;
        Assert.Equal("admin", JsonDocument.Parse((await admin.Good("api", "/api/v1/me")).Out).RootElement.GetProperty("role").GetString());
        (admin.Input, var plan) = ("plan: asked\nflag: asked\nphases: [ { name: a, steps: [ { name: s, percentage: 5%, hold: 1h } ] } ]\n", "/api/v1/plans/asked");
        await admin.Good("api", plan, "-X", "PUT", "--data", "-", "--type", "application/yaml");
        Assert.Contains("plan: asked", (await admin.Good("api", plan, "--accept", "application/yaml")).Out, StringComparison.Ordinal);
        await admin.Fails(4, "api", plan, "-X", "PUT", "--data", "-", "--type", "application/yaml", "-H", "If-Match: \"7\"");
        await admin.Fails(6, "api", "/api/v1/plans/none");
        await admin.Fails(3, "api", "//other.example/api/v1/me");
        await admin.Fails(3, "api", "https://other.example/api/v1/me");
        await admin.Fails(3, "api", "/api/v1/me", "-H", "nonsense");
    }

    [Fact]
    public async Task Flags_are_set_applied_and_pruned()
    {
        var admin = silo.Admin;
        await admin.Good("flag", "set", "banner", "true", "-e", "shop", "--yes");
        Assert.Equal("true", (await admin.Good("flag", "get", "banner", "-e", "shop")).Out.Trim());
        admin.Input = "banner: true\ncolour: \"blue\"\nlimits: { most: 3 }\n";
        var dry = await admin.Run("flag", "apply", "-", "-e", "shop", "--dry-run");
        Assert.Equal((2, true), (dry.Code, dry.Out.Contains("2 changes of 3, not applied", StringComparison.Ordinal)));
        Assert.Equal(2, (await admin.Run("flag", "apply", "-", "-e", "shop", "--yes")).Code);
        Assert.Equal(0, (await admin.Run("flag", "apply", "-", "-e", "shop", "--yes")).Code);
        admin.Input = "banner: true\n";
        Assert.Equal(2, (await admin.Run("flag", "apply", "-", "-e", "shop", "--prune", "--yes")).Code);
        Assert.Equal("flag/banner", (await admin.Good("flags", "-e", "shop", "-o", "name")).Out.Trim());
        await admin.Good("flag", "remove", "banner", "-e", "shop", "--yes");
        await admin.Fails(6, "flag", "get", "banner", "-e", "shop");
        Assert.Contains("shop", (await admin.Good("environments")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flags_in_force_name_what_decides_them()
    {
        await silo.Create("decided");
        var admin = silo.Admin;
        await admin.Good("start", "decided", "--yes", "--wait");
        await admin.Good("flag", "set", "banner", "true", "-e", "decided", "--yes");
        string[] inForce = ["in-force", "-e", "decided", "-o"];
        Assert.Equal("static", (await admin.Good([.. inForce, "jsonpath={.flags[?(@.key=='banner')].kind}"])).Out.Trim());
        Assert.Equal("decided", (await admin.Good([.. inForce, "jsonpath={.flags[?(@.key=='shop')].rollout}"])).Out.Trim());
        Assert.Contains("10% of users and beta", (await admin.Good([.. inForce, "table"])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segments_are_applied_and_get_members()
    {
        var admin = silo.Admin;
        admin.Input = "beta: { optedIn: true }\nstaff: { attribute: email, endsWith: '@example.com' }\n";
        Assert.Equal(2, (await admin.Run("segment", "apply", "-", "-e", "seg", "--yes")).Code);
        Assert.Equal(0, (await admin.Run("segment", "apply", "-", "-e", "seg", "--yes")).Code);
        admin.Input = "staff: { any: [ { attribute: email, in: [ '@example.com' ] } ], title: Staff }\nold: { attribute: version, dottedVersion: '< 2.0' }\n";
        Assert.Equal(2, (await admin.Run("segment", "apply", "-", "-e", "seg", "--yes")).Code);
        Assert.Equal(0, (await admin.Run("segment", "apply", "-", "-e", "seg", "--yes")).Code);
        admin.Input = "beta: { optedIn: maybe }\nstaff: { attribute: email }\n";
        var wrong = await admin.Fails(3, "segment", "apply", "-", "-e", "seg", "--yes");
        Assert.Contains("-:1:", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("-:2:", wrong.Error, StringComparison.Ordinal);
        admin.Input = "# opted in by support\nalice\n\nbob\nalice\n";
        Assert.Contains("2 users joined", (await admin.Good("members", "add", "beta", "--file", "-", "-e", "seg", "--yes")).Out, StringComparison.Ordinal);
        Assert.Contains("1 user left", (await admin.Good("members", "remove", "beta", "bob", "-e", "seg")).Out, StringComparison.Ordinal);
        Assert.Contains("members opted in: 1", (await admin.Good("segment", "get", "beta", "-e", "seg")).Out, StringComparison.Ordinal);
        Assert.Contains("staff", (await admin.Good("segments", "-e", "seg")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plans_are_applied_once_and_a_wrong_file_stores_nothing()
    {
        var admin = silo.Admin;
        var folder = Directory.CreateTempSubdirectory("plans-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "a.yaml"), SiloFixture.Plan.Replace("shop", "applied", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, "b.yaml"), "plan: broken\nflag: f\nphases: 3\n");
        var wrong = await admin.Fails(3, "plan", "apply", "--dir", folder, "--yes");
        Assert.Contains("b.yaml:3:", wrong.Error, StringComparison.Ordinal);
        await admin.Fails(6, "plan", "get", "applied");
        File.Delete(Path.Combine(folder, "b.yaml"));
        Assert.Equal(2, (await admin.Run("plan", "apply", "--dir", folder, "--dry-run")).Code);
        await admin.Fails(6, "plan", "get", "applied");
        Assert.Equal(2, (await admin.Run("plan", "apply", "--dir", folder, "--yes")).Code);
        Assert.Equal(0, (await admin.Run("plan", "apply", "--dir", folder, "--yes")).Code);
        Assert.Contains("plan: applied", (await admin.Good("plan", "get", "applied")).Out, StringComparison.Ordinal);
        Assert.Contains("applied", (await admin.Good("plan", "list")).Out, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "a.yaml"), SiloFixture.Plan.Replace("shop", "other", StringComparison.Ordinal));
        await admin.Good("create", "of-applied", "--plan", "applied", "-e", "production");
        var kept = await admin.Run("plan", "apply", "--dir", folder, "--prune", "--yes");
        Assert.Contains("Plan applied is on the server and in no file. It has an unfinished rollout, and stays.", kept.Error, StringComparison.Ordinal);
        await admin.Good("abort", "of-applied", "-m", "not needed");
        Assert.Contains("plan applied is archived", (await admin.Run("plan", "apply", "--dir", folder, "--prune", "--yes")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("applied", (await admin.Good("plan", "list", "-o", "name")).Out, StringComparison.Ordinal);
        await admin.Fails(3, "create", "late", "--plan", "applied", "-e", "production");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_result_has_each_form()
    {
        await silo.Create("forms");
        var admin = silo.Admin;
        string[] list = ["list", "--text", "forms", "-o"];
        Assert.Contains("  shop@", (await admin.Good([.. list, "wide"])).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("shop@", (await admin.Good([.. list, "table"])).Out, StringComparison.Ordinal);
        Assert.Equal("forms", (await admin.Good([.. list, "json"])).Json.GetProperty("rollouts")[0].GetProperty("id").GetString());
        Assert.Contains("id: forms", (await admin.Good([.. list, "yaml"])).Out, StringComparison.Ordinal);
        Assert.Equal("rollout/forms", (await admin.Good([.. list, "name"])).Out.Trim());
        Assert.Equal("forms", (await admin.Good([.. list, "jsonpath={.rollouts[*].environment}"])).Out.Trim());
    }

    [Fact]
    public async Task Keys_are_created_listed_and_revoked()
    {
        var admin = silo.Admin;
        var text = (await admin.Good("keys", "create", "ci", "--role", "devops")).Out.Trim();
        await new Shell(silo.Address, text).Good("whoami");
        var id = (await admin.Good("keys", "list", "-o", "jsonpath=$.keys[?(@.name=='ci')].id")).Out.Trim();
        await admin.Good("keys", "revoke", id);
        await new Shell(silo.Address, text).Fails(5, "whoami");
    }

    [Fact]
    public async Task The_line_is_stopped_without_a_question_and_resumed_with_one()
    {
        var admin = silo.Admin;
        Assert.Contains("is stopped: fire", (await admin.Good("stop-the-line", "line", "-m", "fire")).Out, StringComparison.Ordinal);
        await admin.Fails(3, "resume-the-line", "line");
        Assert.Contains("the line runs", (await admin.Good("resume-the-line", "line", "--yes")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_is_listed_explained_verified_and_exported()
    {
        await silo.Create("told");
        var admin = silo.Admin;
        await admin.Good("start", "told", "--yes", "--wait");
        Assert.Contains("RolloutCreated", (await admin.Good("events", "told")).Out, StringComparison.Ordinal);
        Assert.Contains("rollout told, version", (await admin.Good("explain", "alice", "--flag", "shop", "-e", "told", "-a", "age=3")).Out, StringComparison.Ordinal);
        Assert.Contains("rollout told, version", (await admin.Good("explain", "alice", "--flag", "shop", "-e", "told", "--at", "0s")).Out, StringComparison.Ordinal);
        await admin.Fails(3, "explain", "alice", "--flag", "shop", "-e", "told", "--at", "yesterday");
        Assert.Equal("created", (await admin.Good("get", "told", "--version", "1", "-o", "jsonpath={.status}")).Out.Trim());
        Assert.Equal("running", (await admin.Good("get", "told", "--at", "0s", "-o", "jsonpath={.status}")).Out.Trim());
        Assert.Contains("CREATED 0%", (await admin.Good("get", "told", "--version", "1")).Out, StringComparison.Ordinal);
        await admin.Fails(3, "get", "told", "--at", "yesterday");
        Assert.StartsWith("# ", (await admin.Good("retro", "told", "--markdown")).Out, StringComparison.Ordinal);
        var journey = (await admin.Good("journey", "alice", "--flag", "shop", "-e", "told", "-a", "age=3", "--since", "1d")).Out;
        Assert.Matches(@"^SINCE +UNTIL +VARIANT +STEP +BECAUSE\n", journey);
        Assert.Contains("rollout told of flag shop was created and is not started", journey, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await admin.Good("journey", "alice", "--flag", "shop", "-e", "told", "-o", "json")).Out).RootElement;
        Assert.Equal("RolloutCreated", json.GetProperty("intervals")[0].GetProperty("began").GetProperty("type").GetString());
        Assert.Contains("There was no flag 'none'", (await admin.Good("journey", "alice", "--flag", "none", "-e", "told")).Error, StringComparison.Ordinal);
        var other = await admin.Good("what-if", "told", "--revision", "1", "--last", "1");
        Assert.Matches(@"^ROLLOUT +OUTCOME +ROLLED BACK +WHAT IF +PERCENT-HOURS +BECAUSE\n", other.Out);
        Assert.Contains("Of 1 rollout:", other.Error, StringComparison.Ordinal);
        await admin.Fails(3, "what-if", "told", "--revision", "1", "--set", "a.b=1");
        Assert.Contains("told", (await admin.Good("retro", "told")).Out, StringComparison.Ordinal);
        Assert.Contains("<html", (await admin.Good("retro", "told", "--html")).Out, StringComparison.Ordinal);
        Assert.Contains("Intact", (await admin.Good("verify", "told")).Out, StringComparison.Ordinal);
        Assert.Contains("Intact", (await admin.Good("verify")).Out, StringComparison.Ordinal);
        var lines = (await admin.Good("export", "told")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length >= 2);
        await admin.Fails(3, "export");
        Assert.Contains("ready", (await admin.Good("nodes")).Out, StringComparison.Ordinal);
        await admin.Good("attention");
    }

    [Fact]
    public async Task Audit_lists_what_was_done_newest_first()
    {
        await silo.Create("audited");
        var admin = silo.Admin;
        await admin.Good("stop-the-line", "audited", "-m", "audit");
        await admin.Good("resume-the-line", "audited", "--yes");
        var table = (await admin.Good("audit", "--object", "environment/audited", "--actor", "user")).Out;
        Assert.Contains("The line of audited was stopped: audit.", table, StringComparison.Ordinal);
        var done = (await admin.Good("audit", "--object", "environment/audited", "--type", "LineStopped,LineResumed", "-o", "json")).Json.GetProperty("done");
        Assert.Equal(["LineResumed", "LineStopped"], done.EnumerateArray().Select(one => one.GetProperty("type").GetString()));
        Assert.Equal(1, (await admin.Good("audit", "--limit", "1", "-o", "json")).Json.GetProperty("done").GetArrayLength());
        Assert.Contains("RolloutCreated", (await admin.Good("audit", "--object", "rollout/audited", "--oldest", "--since", "1h", "-o", "wide")).Out, StringComparison.Ordinal);
        var rows = (await admin.Good("audit", "--object", "environment/audited", "--since", "1h", "--csv")).Out.Split("\r\n");
        Assert.StartsWith("\"position\"", rows[0], StringComparison.Ordinal);
        Assert.Contains(rows[1..], row => row.Contains("The line of audited was stopped: audit.", StringComparison.Ordinal));
        await admin.Fails(3, "audit", "--limit", "0");
        await admin.Fails(3, "audit", "--object", "thing");
    }

    [Fact]
    public async Task Export_is_verified_offline_and_every_kind_of_tampering_is_found()
    {
        await silo.Create("offline");
        var admin = silo.Admin;
        await admin.Good("start", "offline", "--yes", "--wait");
        var folder = Directory.CreateTempSubdirectory("export-").FullName;
        var (whole, one, checkpoint) = (Path.Combine(folder, "log.ndjson"), Path.Combine(folder, "one.ndjson"), Path.Combine(folder, "checkpoint.json"));
        using (var http = new HttpClient { BaseAddress = silo.Address })
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", Orchestrator.Silo.Tests.SiloHost.AdminKey);
            await File.WriteAllBytesAsync(checkpoint, await http.GetByteArrayAsync("/api/v1/checkpoint"));
        }

        await File.WriteAllTextAsync(whole, (await admin.Good("export", "--all")).Out);
        await File.WriteAllTextAsync(one, (await admin.Good("export", "offline")).Out);

        // No server and no key: the address is one that nothing listens at.
        var alone = new Shell(new Uri("http://127.0.0.1:1"));
        Assert.Contains("an export of the whole log", (await alone.Good("verify", "--offline", whole, "--checkpoints", checkpoint)).Out, StringComparison.Ordinal);
        Assert.Contains("without a head", (await alone.Good("verify", "--offline", one)).Out, StringComparison.Ordinal);
        Assert.True((await alone.Good("verify", "--offline", one, "-o", "json")).Json.GetProperty("intact").GetBoolean());

        var lines = await File.ReadAllLinesAsync(one);
        await Found("chain", [lines[0].Replace("\"data\":{", "\"data\":{\"more\":1,", StringComparison.Ordinal), .. lines[1..]]);
        await Found("chain", [.. lines[..1], lines[1].Replace("\"at\":\"20", "\"at\":\"19", StringComparison.Ordinal), .. lines[2..]]);
        await Found("gap", [.. lines[..1], .. lines[2..]]);
        await Found("tail", lines[..^1], "--checkpoints", checkpoint);
        await Found("order", [.. lines[..2], lines[1], .. lines[2..]]);
        await Found("gap", [lines[1], lines[0], .. lines[2..]]);

        await File.WriteAllTextAsync(one, "nothing");
        await alone.Fails(3, "verify", "--offline", one);
        await alone.Fails(6, "verify", "--offline", Path.Combine(folder, "none"));
        await alone.Fails(3, "verify", "offline", "--offline", whole);
        Directory.Delete(folder, recursive: true);

        async Task Found(string rule, string[] changed, params string[] more)
        {
            await File.WriteAllLinesAsync(one, changed);
            var ran = await alone.Run(["verify", "--offline", one, "-o", "json", .. more]);
            Assert.Equal(1, ran.Code);
            var found = ran.Json.GetProperty("findings")[0];
            Assert.Equal((rule, "rollout/offline"), (found.GetProperty("rule").GetString(), found.GetProperty("stream").GetString()));
        }
    }
}
