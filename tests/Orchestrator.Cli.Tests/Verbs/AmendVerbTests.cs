namespace Orchestrator.Cli.Tests.Verbs;

/// <summary>Another revision of the plan for a rollout under way, against a silo that is a process of its own.</summary>
public sealed class AmendVerbTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task A_stricter_revision_is_taken_in_at_once_and_a_looser_one_by_a_second_person()
    {
        var admin = silo.Admin;
        await Store("error_rate > 10%");
        await admin.Good("create", "r1", "--plan", "amended", "-e", "production");
        await Store("error_rate > 5%");
        await admin.Fails(4, "amend", "r1", "-m", "it is not started", "--yes");
        await admin.Good("create", "old", "--plan", "amended", "--revision", "1", "-e", "old");
        await admin.Good("start", "old", "--yes");

        var dry = (await admin.Good("amend", "old", "--dry-run")).Out.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("No user moves now: the current step few keeps its 10 % of users and its segments.", dry[0]);
        Assert.Equal("It can take this plan in at once.", dry[1]);
        Assert.Equal("1", await Revision());
        await admin.Fails(3, "amend", "old", "--yes");
        Assert.Contains("Add --yes", (await admin.Fails(3, "amend", "old", "-m", "too high")).Error, StringComparison.Ordinal);
        var amended = await admin.Good("amend", "old", "-m", "too high", "--yes");
        Assert.Contains("old: revision 1 → 2. No user moves now", amended.Error, StringComparison.Ordinal);
        Assert.Equal("2", await Revision());
        Assert.Contains("follows revision 2 already", (await admin.Good("amend", "old", "-m", "again", "--yes")).Out, StringComparison.Ordinal);

        var (one, second) = (await silo.Person("ops", "admin"), await silo.Person("dan", "engineering"));
        await Store("error_rate > 20%");
        var proposed = await one.Good("amend", "old", "--revision", "3", "-m", "too low", "--yes");
        Assert.Contains("It takes this plan in when a second person agrees", proposed.Error, StringComparison.Ordinal);
        Assert.Contains("waits for a second person: rollout approve old --review ", proposed.Error, StringComparison.Ordinal);
        Assert.Equal("2", await Revision());
        await one.Fails(4, "approve", "old", "-m", "my own", "--yes");
        await second.Good("approve", "old", "-m", "seen", "--yes");
        Assert.Equal("3", await Revision());
    }

    [Fact]
    public async Task A_revision_that_contradicts_the_past_is_refused_with_each_reason()
    {
        var admin = silo.Admin;
        await Store("error_rate > 10%", "refused");
        await admin.Good("create", "past", "--plan", "refused", "-e", "past");
        await admin.Good("start", "past", "--yes");
        await Store("error_rate > 10%", "refused", "25%");
        var refused = await admin.Fails(4, "amend", "past", "-m", "more users", "--yes");
        Assert.Contains("past cannot follow revision 2.", refused.Error, StringComparison.Ordinal);
        Assert.Contains("  phases[0].steps[0].percentage: is 10% in this rollout and 25% in the revision", refused.Error, StringComparison.Ordinal);
        Assert.False((await admin.Run("amend", "past", "--dry-run", "-o", "json")).Json.GetProperty("allowed").GetBoolean());
        Assert.Equal(4, (await admin.Run("amend", "past", "--dry-run")).Code);
        await admin.Fails(3, "amend", "past", "--revision", "9", "-m", "no such revision", "--yes");
    }

    private async Task<string> Revision() => (await silo.Admin.Good("get", "old", "-o", "jsonpath={.plan.revision}")).Out.Trim();

    private async Task Store(string when, string name = "amended", string few = "10%")
    {
        var folder = Directory.CreateTempSubdirectory("plans-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "plan.yaml"),
            SiloFixture.Plan.Replace("shop", name, StringComparison.Ordinal).Replace("error_rate > 10%", when, StringComparison.Ordinal)
                .Replace("percentage: 10%", $"percentage: {few}", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        Assert.Equal(2, (await silo.Admin.Run("plan", "apply", "--dir", folder, "--yes")).Code);
        Directory.Delete(folder, recursive: true);
    }
}
