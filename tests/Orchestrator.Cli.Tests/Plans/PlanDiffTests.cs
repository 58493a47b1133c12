using Orchestrator.Cli.Tests.Verbs;

namespace Orchestrator.Cli.Tests.Plans;

/// <summary>Comparisons with plans of a server and with what runs there; the server is a process of its own.</summary>
public sealed class PlanDiffTests(SiloFixture silo) : IClassFixture<SiloFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("diff-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_is_compared_with_the_newest_revision_in_both_directions()
    {
        var admin = silo.Admin;
        var stored = await Store("files");
        var changed = Write("changed.yaml", Plan("files").Replace("50%", "60%", StringComparison.Ordinal));
        Assert.StartsWith("files: Both plans are the same.\n", (await admin.Good("plan", "diff", "server:files", stored)).Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);

        var forth = await Differs("server:files", changed);
        Assert.Contains("  before: revision 1 of plan files on the server\n", forth, StringComparison.Ordinal);
        Assert.Contains($"  after:  {changed}\n", forth, StringComparison.Ordinal);
        Assert.Contains("Another 10 % of users go to new when it begins", forth, StringComparison.Ordinal);

        var back = await Differs(changed, "server:files");
        Assert.Contains("10 % of users stay on legacy for longer", back, StringComparison.Ordinal);
        Assert.Contains("Plan files is new.", await Differs("none", "server:files"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revisions_of_the_server_and_of_git_are_compared()
    {
        var admin = silo.Admin;
        await Store("revised");
        await Store("revised", plan => plan.Replace("50%", "40%", StringComparison.Ordinal));
        Assert.Contains("50 % → 40 %", await Differs("server:revised@1", "server:revised"), StringComparison.Ordinal);
        await admin.Good("plan", "diff", "server:revised@2", "server:revised");

        var sample = Path.GetRelativePath(Environment.CurrentDirectory, Sample());
        var stored = Write("minimal/new-search.yaml", await File.ReadAllTextAsync(Sample(), TestContext.Current.CancellationToken));
        Assert.Equal(2, (await admin.Run("plan", "apply", "--dir", Path.GetDirectoryName(stored)!, "--yes")).Code);
        await admin.Good("plan", "diff", $"git:HEAD:{sample}", "server:new-search");
    }

    [Fact]
    public async Task A_rollout_under_way_says_who_moves_and_whether_it_takes_the_plan_in()
    {
        var (admin, stored) = (silo.Admin, await Store("runs"));
        await admin.Good("create", "runs", "--plan", "runs", "-e", "runs");
        var larger = Write("larger.yaml", Plan("runs").Replace("50%", "60%", StringComparison.Ordinal));
        Assert.Contains("Rollout runs:\n  The rollout cannot be amended: it is not started.\n", await Differs("rollout:runs", larger), StringComparison.Ordinal);

        await admin.Good("start", "runs", "--yes");
        await admin.Good("plan", "diff", "rollout:runs", stored);
        var looser = await Differs("rollout:runs", larger);
        Assert.Contains("before: rollout runs in runs, revision 1 of plan runs: Running in phase all, step few: 10% of users and beta on new.\n", looser, StringComparison.Ordinal);
        Assert.Contains("Users:\n  No user moves now: the current step few keeps its 10 % of users and its segments.\n  Step half: 50 % → 60 % of users.", looser, StringComparison.Ordinal);
        Assert.Contains("Rollout runs:\n  It takes this plan in when a second person agrees:\n", looser, StringComparison.Ordinal);

        var stricter = Write("stricter.yaml", Plan("runs").Replace("error_rate > 10%", "error_rate > 5%", StringComparison.Ordinal));
        var atOnce = await Differs("rollout:runs", stricter);
        Assert.Contains("Rollout runs:\n  It can take this plan in at once.\n  The evidence of trigger errors starts again.\n", atOnce, StringComparison.Ordinal);
        Assert.Contains("**Rollout runs**\n\n- It can take this plan in at once.\n", await Differs("rollout:runs", stricter, "--format", "markdown"), StringComparison.Ordinal);

        var now = Write("now.yaml", Plan("runs").Replace("percentage: 10%", "percentage: 25%", StringComparison.Ordinal));
        var refused = await Differs("rollout:runs", now);
        Assert.Contains("The current step few would have other users (10 % → 25 %, so 15 % of users would move), which no amendment may do.", refused, StringComparison.Ordinal);
        Assert.Contains("  It cannot take this plan in:\n  phases[0].steps[0].percentage: is 10% in this rollout and 25% in the revision", refused, StringComparison.Ordinal);
        var json = (await admin.Run("plan", "diff", "rollout:runs", now, "--format", "json")).Json;
        var place = json.GetProperty("from").GetProperty("rollout");
        Assert.Equal(("few", 10), (place.GetProperty("step").GetString(), place.GetProperty("percentage").GetInt32()));
        Assert.False(json.GetProperty("effect").GetProperty("amendment").GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task What_runs_is_the_revision_of_the_rollout_and_not_the_newest()
    {
        var admin = silo.Admin;
        var first = Write("first.yaml", await File.ReadAllTextAsync(await Store("older"), TestContext.Current.CancellationToken));
        await admin.Good("create", "older", "--plan", "older", "-e", "older");
        await admin.Good("start", "older", "--yes");
        await Store("older", plan => plan.Replace("50%", "40%", StringComparison.Ordinal));
        await admin.Good("plan", "diff", first, "rollout:older");
        var newest = await Differs("rollout:older", "server:older");
        Assert.Contains("after:  revision 2 of plan older on the server\n", newest, StringComparison.Ordinal);
        Assert.Contains("after:  rollout older in older, revision 1 of plan older: Running in phase all, step few: ", await Differs("server:older", "rollout:older"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_side_that_is_not_there_has_its_exit_code()
    {
        var admin = silo.Admin;
        var file = Write("a.yaml", Plan("nothing"));
        await admin.Fails(6, "plan", "diff", "server:nothing", file);
        await admin.Fails(6, "plan", "diff", "rollout:nothing", file);
        await Store("one");
        await admin.Fails(6, "plan", "diff", "server:one@2", file);
        Assert.Contains("server:one@x: the revision must be a whole number from 1", (await admin.Fails(3, "plan", "diff", "server:one@x", file)).Error, StringComparison.Ordinal);
        await admin.Fails(3, "plan", "diff", "server:", file);
        await admin.Fails(3, "plan", "diff", file, "rollout:");
        await new Shell(new Uri("http://127.0.0.1:1"), "k").Fails(7, "plan", "diff", "server:one", file);
        await new Shell(silo.Address).Fails(5, "plan", "diff", "server:one", file);
    }

    private async Task<string> Differs(string old, string @new, params string[] more)
    {
        var ran = await silo.Admin.Run(["plan", "diff", old, @new, .. more]);
        Assert.True(ran.Code == 2, $"{old} to {@new} ended with {ran.Code}:\n{ran.Error}\n{ran.Out}");
        return ran.Out.ReplaceLineEndings("\n");
    }

    /// <summary>Stores a plan of that name, changed by a function.</summary>
    /// <returns>Its file.</returns>
    private async Task<string> Store(string name, Func<string, string>? change = null)
    {
        var plan = Plan(name);
        var file = Write($"{name}/{name}.yaml", change is null ? plan : change(plan));
        var applied = await silo.Admin.Run("plan", "apply", "--dir", Path.GetDirectoryName(file)!, "--yes");
        Assert.True(applied.Code == 2, applied.Error);
        return file;
    }

    private static string Plan(string name) => SiloFixture.Plan.Replace("shop", name, StringComparison.Ordinal);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Sample([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../samples/plans/minimal.yaml"));
}
