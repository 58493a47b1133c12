using Orchestrator.Cli.Tests.Verbs;

namespace Orchestrator.Cli.Tests.Completion;

/// <summary>Ways to go on with a command line, with names from a silo that is a process of its own.</summary>
public sealed class CompleterTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Verbs_and_options_are_completed_without_a_server()
    {
        var away = new Shell();
        var verbs = await Names(away, "");
        Assert.Contains("rollback", verbs);
        Assert.Contains("context", verbs);
        Assert.DoesNotContain("__complete", verbs);
        Assert.Equal(["list", "remove", "set", "use"], (await Names(away, "context", "")).Order());
        Assert.Equal(["login", "logout"], (await Names(away, "lo")).Order());
        Assert.Contains("list\tList rollouts", (await away.Good("__complete", "--", "li")).Out.ReplaceLineEndings("\n").Split('\n'));
        Assert.Equal(["--client"], await Names(away, "version", "--cl"));
        Assert.Contains("--server", await Names(away, "version", "--"));
        Assert.DoesNotContain("--client", await Names(away, "version", "--client", "--"));
    }

    [Fact]
    public async Task Values_of_options_are_completed_behind_a_space_or_an_equals_sign()
    {
        var away = new Shell();
        Assert.Equal(["table", "wide", "json", "yaml", "name", "jsonpath="], await Names(away, "list", "--output", ""));
        Assert.Equal(["json", "jsonpath="], await Names(away, "list", "-o", "js"));
        Assert.Equal(["--output=json", "--output=jsonpath="], await Names(away, "list", "--output=js"));
        Assert.Equal(["bash"], await Names(away, "completion", "b"));
        Assert.Equal([":files"], await Names(away, "whoami", "--key-file", ""));
        Assert.Empty(await Names(away, "completion", "bash", ""));
        Assert.Empty(await Names(away, "list", "--text", ""));
        Assert.Empty(await Names(away, "no-such-verb", ""));
        Assert.Empty(await Names(away, "version", "--", "-"));
    }

    [Fact]
    public async Task Names_come_from_the_server()
    {
        await silo.Create("names-1");
        await silo.Create("names-2");
        var admin = silo.Admin;
        await admin.Good("flag", "set", "banner", "true", "-e", "flags-only", "--yes");
        await admin.Good("start", "names-1", "--yes");
        Assert.Equal(["names-1", "names-2"], (await Names(admin, "start", "na")).Order());
        Assert.Equal(["shop"], await Names(admin, "create", "x", "--plan", "s"));
        Assert.Superset(
            new HashSet<string> { "flags-only", "names-1", "names-2" }, (await Names(admin, "list", "--environment=")).Select(one => one.Split('=')[1]).ToHashSet());
        Assert.Equal(["beta"], await Names(admin, "rollback", "names-1", "--segment", ""));
        Assert.Equal(["beta"], await Names(admin, "segment", "get", "-e", "names-1", ""));
        await admin.Good("rollback", "names-1", "-m", "test");
        Assert.Contains("names-1-1", await Names(admin, "ack", ""));
    }

    [Fact]
    public async Task Steps_objectives_and_open_reviews_come_from_the_rollout_of_the_line()
    {
        await silo.Create("parts");
        var admin = silo.Admin;
        await admin.Good("start", "parts", "--yes");
        Assert.Equal(["few", "half", "everyone"], await Names(admin, "advance", "parts", "--step", ""));
        Assert.Equal(["--step=half"], await Names(admin, "step-back", "parts", "--step=h"));
        Assert.Equal(["trained"], await Names(admin, "objective", "parts", ""));
        Assert.Empty(await Names(admin, "approve", "parts", "--review", ""));

        await admin.Good("objective", "parts", "trained", "--yes");
        await admin.Good("advance", "parts", "--override", "-m", "no traffic here", "--yes");
        var review = (await admin.Good("get", "parts", "-o", "jsonpath={.reviews[0].id}")).Out.Trim();
        Assert.Equal([review], await Names(admin, "approve", "parts", "--review", ""));
        Assert.Equal([review], await Names(admin, "reject", "parts", "--review", ""));
        Assert.Empty(await Names(admin, "objective", "parts", ""));
    }

    [Fact]
    public async Task Plans_of_files_are_completed_by_the_shell()
    {
        foreach (var words in (string[][])[["plan", "explain", ""], ["plan", "diff", ""], ["plan", "diff", "old.yaml", ""], ["plan", "simulate", ""]])
        {
            Assert.Equal([":files"], await Names(new Shell(), words));
        }
    }

    [Fact]
    public async Task Server_that_is_away_or_says_no_gives_no_names_and_no_message()
    {
        await silo.Create("hidden");
        foreach (var shell in (Shell[])[new(new Uri("http://127.0.0.1:1")), new(silo.Address, "wrong"), new(silo.Address)])
        {
            var ran = await shell.Good("__complete", "--", "start", "");
            Assert.Equal(("", ""), (ran.Out, ran.Error));
        }
    }

    [Fact]
    public async Task Contexts_are_completed_from_the_file()
    {
        var shell = new Shell();
        await shell.Good("context", "set", "production", "--server", "https://a.example");
        Assert.Equal(["production"], await Names(shell, "context", "use", "p"));
        Assert.Equal(["production"], await Names(shell, "list", "--context", ""));
    }

    private static async Task<string[]> Names(Shell shell, params string[] words)
    {
        var ran = await shell.Good(["__complete", "--", .. words]);
        Assert.Equal("", ran.Error);
        return [.. ran.Out.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0])];
    }
}
