namespace Orchestrator.Cli.Tests.Verbs;

/// <summary>Verbs of rollouts against a silo that is a process of its own.</summary>
public sealed class RolloutVerbTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task A_rollout_is_driven_from_create_to_rollback_and_back()
    {
        await silo.Create("r1");
        var admin = silo.Admin;

        var asked = await admin.Fails(3, "start", "r1");
        Assert.Contains("Add --yes", asked.Error, StringComparison.Ordinal);
        Assert.Equal("created", (await admin.Good("at", "r1", "0s", "-o", "json")).Json.GetProperty("status").GetString());

        var started = await admin.Good("start", "r1", "--yes", "--wait", "-m", "go");
        Assert.Contains("10%", started.Error, StringComparison.Ordinal);
        Assert.Contains("r1 in r1: Not started. start: ", started.Error, StringComparison.Ordinal);
        Assert.Contains("In force on 1 node after", started.Error, StringComparison.Ordinal);
        Assert.StartsWith("r1: ", started.Out, StringComparison.Ordinal);

        await admin.Good("pause", "r1", "-m", "lunch");
        Assert.Contains("paused", (await admin.Good("list", "--status", "paused")).Out, StringComparison.Ordinal);
        await admin.Good("resume", "r1", "--yes");
        Assert.Equal("few\n", (await admin.Good("list", "--text", "r1", "-o", "jsonpath={.rollouts[0].step}")).Out.ReplaceLineEndings("\n"));

        await admin.Fails(4, "advance", "r1", "--yes");
        var engineer = new Shell(silo.Address, (await admin.Good("keys", "create", "eng", "--role", "engineering", "--person", "Bob")).Out.Trim());
        var product = new Shell(silo.Address, (await admin.Good("keys", "create", "product", "--role", "product", "--person", "Ada")).Out.Trim());
        await product.Good("objective", "r1", "trained", "--yes");
        await engineer.Good("advance", "r1", "--override", "-m", "no traffic here", "--yes");
        await engineer.Fails(4, "approve", "r1", "--yes");
        await product.Good("approve", "r1", "--yes");
        Assert.Equal("half", (await admin.Good("get", "r1", "-o", "jsonpath={.step}")).Out.Trim());
        await admin.Good("step-back", "r1", "-m", "queue grows");
        Assert.Equal("few", (await admin.Good("get", "r1", "-o", "jsonpath={.step}")).Out.Trim());

        await admin.Good("rollback", "r1", "--segment", "beta", "-m", "beta fails");
        await admin.Good("keep-back", "r1", "--segment", "beta", "-m", "after the summer", "--yes");
        var back = await admin.Good("rollback", "r1", "-m", "payments fail", "--wait");
        Assert.Contains("In reach: 1 of 1 nodes", back.Error, StringComparison.Ordinal);
        Assert.Equal("rollout/r1", (await admin.Good("list", "--status", "rolledBack", "--text", "r1", "-o", "name")).Out.Trim());
        await admin.Fails(9, "wait", "r1", "--for", "status=completed", "--timeout", "30s");
        await admin.Good("wait", "r1", "--for", "status=rolledBack");

        var incident = (await admin.Good("incidents", "--rollout", "r1", "-o", "jsonpath={.incidents[0].id}")).Out.Trim();
        await admin.Good("ack", incident, "-m", "on it");
        Assert.Contains("payments fail", (await admin.Good("incident", incident)).Out, StringComparison.Ordinal);
        await admin.Fails(3, "resolve", incident);
        Assert.Equal($"{incident}: resolved\n", (await admin.Good("resolve", incident, "-m", "the pool was too small")).Out.ReplaceLineEndings("\n"));
        Assert.Equal("resolved", (await admin.Good("resolve", incident, "-m", "once more", "-o", "jsonpath={.state}")).Out.Trim());
        await admin.Fails(6, "resolve", "r1-99", "-m", "no such incident");
        await admin.Good("restore", "r1", "-m", "fixed", "--yes");
        await admin.Good("abort", "r1", "-m", "replaced");
        await admin.Fails(4, "start", "r1", "--yes");
    }

    [Fact]
    public async Task A_completed_rollout_is_retired_when_its_flag_has_the_value_that_all_users_get()
    {
        var admin = silo.Admin;
        var folder = Directory.CreateTempSubdirectory("plans-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "brief.yaml"),
            """
            plan: brief
            flag: brief
            phases: [ { name: all, steps: [ { name: everyone, percentage: 100%, hold: 1h } ] } ]
            """,
            TestContext.Current.CancellationToken);
        Assert.Equal(2, (await admin.Run("plan", "apply", "--dir", folder, "--yes")).Code);
        Directory.Delete(folder, recursive: true);
        await admin.Good("create", "brief", "--plan", "brief", "-e", "brief");
        await admin.Good("start", "brief", "--yes");
        await admin.Fails(4, "retire", "brief", "-m", "too early", "--yes");
        var (one, second) = (await silo.Person("carol", "engineering"), await silo.Person("dan", "engineering"));
        await one.Good("advance", "brief", "--override", "-m", "no traffic here", "--yes");
        await second.Good("approve", "brief", "-m", "it may", "--yes");
        await admin.Good("wait", "brief", "--for", "status=completed", "--timeout", "1m");

        Assert.Contains("has no static value", (await admin.Fails(4, "retire", "brief", "-m", "done", "--yes")).Error, StringComparison.Ordinal);
        await admin.Good("flag", "set", "brief", "true", "-e", "brief", "--yes");
        Assert.Contains("not false", (await admin.Fails(4, "retire", "brief", "--value", "false", "-m", "done", "--yes")).Error, StringComparison.Ordinal);
        Assert.Contains("is no JSON", (await admin.Fails(3, "retire", "brief", "--value", "tru", "-m", "done", "--yes")).Error, StringComparison.Ordinal);
        Assert.Contains("Add --yes", (await admin.Fails(3, "retire", "brief", "-m", "done")).Error, StringComparison.Ordinal);
        var retired = await admin.Good("retire", "brief", "-m", "the code of legacy is gone", "--yes");
        Assert.Contains("The flag has its static value from then on: true.", retired.Error, StringComparison.Ordinal);
        Assert.Equal("retired", (await admin.Good("get", "brief", "-o", "jsonpath={.status}")).Out.Trim());
    }

    [Fact]
    public async Task A_question_is_answered_at_a_terminal()
    {
        await silo.Create("asked");
        var admin = silo.Admin;
        (admin.Asks, admin.Input) = (true, "n\n");
        var no = await admin.Fails(4, "start", "asked");
        Assert.Contains("Go on? [y/N]", no.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was done.", no.Error, StringComparison.Ordinal);
        admin.Input = "y\n";
        await admin.Good("start", "asked");
        Assert.Equal("running", (await admin.Good("at", "asked", "0s", "-o", "json")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_answer_holds_over_events_that_move_no_user_and_over_no_others()
    {
        await silo.Create("meanwhile");
        var (admin, other) = (silo.Admin, silo.Admin);
        await admin.Good("start", "meanwhile", "--yes");
        await admin.Good("pause", "meanwhile");
        (admin.Asks, admin.Input) = (true, "y\n");
        admin.Meanwhile = () => other.Good("objective", "meanwhile", "trained", "--yes");
        await admin.Good("resume", "meanwhile");

        await other.Good("pause", "meanwhile");
        admin.Meanwhile = () => other.Good("rollback", "meanwhile", "-m", "payments fail");
        var changed = await admin.Fails(4, "resume", "meanwhile");
        Assert.Contains(
            "Nothing was done: meanwhile has changed since it was read. Now: Rolled back, everyone is on legacy: payments fail", changed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_review_is_rejected_without_its_id()
    {
        await silo.Create("r2");
        var admin = silo.Admin;
        await admin.Good("start", "r2", "--yes");
        Assert.Contains("r2 has no open review.", (await admin.Fails(4, "reject", "r2", "-m", "no")).Error, StringComparison.Ordinal);
        await admin.Good("advance", "r2", "--override", "-m", "test", "--yes");
        await admin.Good("reject", "r2", "-m", "not understood");
        Assert.Contains("step: few", (await admin.Good("get", "r2", "-o", "yaml")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_failure_has_its_code()
    {
        await silo.Create("codes");
        var admin = silo.Admin;
        await admin.Fails(6, "at", "nothing", "0s");
        await admin.Fails(6, "start", "nothing", "--yes");
        await admin.Fails(3, "start");
        await admin.Fails(3, "no-such-verb");
        await admin.Fails(3, "list", "-o", "xml");
        await admin.Fails(3, "list", "--status", "strange");
        await admin.Fails(3, "wait", "codes", "--for", "status");
        await admin.Fails(3, "at", "codes", "yesterday");
        await admin.Fails(3, "create", "x", "--plan", "none", "-e", "production");
        await admin.Fails(8, "wait", "codes", "--for", "status=completed", "--timeout", "1s");
        await new Shell(silo.Address).Fails(5, "list");
        await new Shell(silo.Address, "rok_nobody_0123456789abcdef0123456789abcdef").Fails(5, "list");
        var unreachable = await new Shell(new Uri("http://127.0.0.1:1"), "k").Fails(7, "list");
        Assert.Contains("http://127.0.0.1:1", unreachable.Error, StringComparison.Ordinal);
        var viewer = new Shell(silo.Address, (await admin.Good("keys", "create", "v", "--role", "viewer")).Out.Trim());
        await viewer.Good("list");
        await viewer.Fails(5, "rollback", "codes");
    }

    [Fact]
    public async Task The_second_server_answers_where_the_first_is_gone()
    {
        var admin = silo.Admin;
        await admin.Good("whoami", "--server", "http://127.0.0.1:1", "--server", silo.Address.ToString());
    }
}
