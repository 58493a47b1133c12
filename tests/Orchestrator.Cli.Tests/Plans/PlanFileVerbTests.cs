using System.Diagnostics;
using System.Xml.Linq;
using Orchestrator.Cli.Tests.Verbs;

namespace Orchestrator.Cli.Tests.Plans;

/// <summary>Verbs about plans in files: no server runs.</summary>
public sealed class PlanFileVerbTests : IDisposable
{
    private const string Good = """
        plan: search
        flag: newSearch
        metrics:
          error_rate: { ratio: errors / requests, baseline: 0.1% }
        triggers:
          - { name: errors, when: error_rate > 1%, for: 5m, action: rollback }
        phases:
          - name: public
            steps:
              - { name: ten, percentage: 10%, hold: 1h }
              - { name: all, percentage: 100%, hold: 1h }
            success:
              - error_rate < 0.5% over 30m

        """;

    private const string Scenarios = """
        scenarios:
          - name: spike
            title: Errors at 10 %
            length: 30m
            traffic: 100/s
            signals:
              new: { error_rate: { base: 0.1%, changes: [ { at: 10m, to: 3% } ] } }
            expect:
              status: rolled-back
              rollsBack: { by: errors, at: 10m, within: 7m }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("plans-").FullName;
    private readonly Shell _shell = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Validate_reads_files_folders_and_stdin()
    {
        var plan = Write("plans/search.yaml", Good);
        Write("plans/search.scenarios.yaml", Scenarios);
        Write("plans/values.yaml", "replicas: 3\n");
        Assert.Contains("2 files: 0 errors", (await _shell.Good("plan", "validate", Place("plans"))).Error, StringComparison.Ordinal);
        Assert.Contains("1 file: 0 errors", (await _shell.Good("plan", "validate", plan)).Error, StringComparison.Ordinal);
        _shell.Input = Good;
        await _shell.Good("plan", "validate", "-");
        await _shell.Fails(6, "plan", "validate", Place("missing.yaml"));
        await _shell.Fails(3, "plan", "validate", plan, "--format", "html");
    }

    [Fact]
    public async Task Validate_tells_every_error_where_it_is_in_each_form()
    {
        var plan = Write("search.yaml", Good.Replace("percentage: 10%", "percentage: 120%", StringComparison.Ordinal).Replace("error_rate < 0.5%", "eror_rate < 0.5%", StringComparison.Ordinal));
        var text = await _shell.Fails(3, "plan", "validate", plan);
        var lines = text.Out.TrimEnd().Split('\n');
        Assert.Equal([false, true, false], lines.Select(line => line.Contains(": warning: ", StringComparison.Ordinal)));
        Assert.StartsWith($"{plan}:10:34: phases[0].steps[0].percentage: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{plan}:13:9: phases[0].success[0]", lines[2], StringComparison.Ordinal);

        var json = (await _shell.Fails(3, "plan", "validate", plan, "--format", "json")).Json;
        Assert.Equal(
            [(10, 34), (11, 9), (13, 9)],
            json.EnumerateArray().Select(one => (one.GetProperty("line").GetInt32(), one.GetProperty("column").GetInt32())));

        var results = (await _shell.Fails(3, "plan", "validate", plan, "--format", "sarif")).Json.GetProperty("runs")[0].GetProperty("results");
        Assert.Equal(["error", "warning", "error"], results.EnumerateArray().Select(one => one.GetProperty("level").GetString()));
        Assert.Equal(10, results[0].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32());

        var annotation = (await _shell.Fails(3, "plan", "validate", plan, "--format", "github")).Out.Split('\n')[0];
        Assert.StartsWith($"::error file={plan.Replace(":", "%3A", StringComparison.Ordinal)},line=10,col=34::phases[0].steps[0].percentage: ", annotation, StringComparison.Ordinal);
        Assert.Contains("120%25", annotation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_checks_scenarios_against_their_plan()
    {
        Write("search.yaml", Good);
        var scenarios = Write("search.scenarios.yaml", Scenarios.Replace("by: errors", "by: erors", StringComparison.Ordinal));
        Assert.Contains($"{scenarios}:10:24: scenarios[0].expect.rollsBack.by: unknown trigger 'erors'; did you mean 'errors'?", (await _shell.Fails(3, "plan", "validate", scenarios)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warning_is_an_error_under_strict_only()
    {
        var plan = Write("search.yaml", Good.Replace("action: rollback", "action: notify", StringComparison.Ordinal));
        Assert.Contains("warning: ", (await _shell.Good("plan", "validate", plan)).Out, StringComparison.Ordinal);
        await _shell.Fails(3, "plan", "validate", plan, "--strict");
    }

    [Fact]
    public async Task Schemas_are_those_of_the_documents()
    {
        Assert.Equal(File.ReadAllText(Repository("docs/plan.schema.json")), (await _shell.Good("plan", "schema")).Out);
        Assert.Equal(File.ReadAllText(Repository("docs/scenarios.schema.json")), (await _shell.Good("plan", "schema", "--scenarios")).Out);
    }

    [Fact]
    public async Task Fmt_writes_the_layout_and_check_writes_nothing()
    {
        var spoilt = Good.Replace("  error_rate: { ratio", "    error_rate: {ratio", StringComparison.Ordinal) + "\n\n";
        var plan = Write("search.yaml", spoilt);
        var check = await _shell.Fails(1, "plan", "fmt", plan, "--check");
        Assert.Equal(plan + Environment.NewLine, check.Out);
        Assert.Equal(spoilt, File.ReadAllText(plan));
        await _shell.Good("plan", "fmt", plan);
        Assert.Equal(Good, File.ReadAllText(plan));
        Assert.Equal("", (await _shell.Good("plan", "fmt", plan, "--check")).Out);
        _shell.Input = spoilt;
        Assert.Equal(Good, (await _shell.Good("plan", "fmt", "-")).Out);
        await _shell.Fails(3, "plan", "fmt", Write("broken.yaml", "plan: [\n"));
    }

    [Fact]
    public async Task Explain_tells_the_plan_and_its_earliest_dates()
    {
        var plan = Write("search.yaml", Good);
        var told = (await _shell.Good("plan", "explain", plan, "--start", "2026-03-02T09:00:00Z")).Out;
        Assert.Contains("ten: 10% of users on new, for at least 1h, from 2026-03-02 09:00 UTC at the earliest.", told, StringComparison.Ordinal);
        Assert.Contains("errors: takes everyone back to legacy when error_rate > 1% for 5m.", told, StringComparison.Ordinal);
        Assert.StartsWith("# ", (await _shell.Good("plan", "explain", plan, "--format", "markdown")).Out, StringComparison.Ordinal);
        Assert.Equal("search", (await _shell.Good("plan", "explain", plan, "--format", "json")).Json.GetProperty("plan").GetString());
        await _shell.Fails(3, "plan", "explain", Write("broken.yaml", "plan: a\n"));
    }

    [Fact]
    public async Task Diff_tells_changes_and_users_and_ends_with_2()
    {
        var changed = Good.Replace("percentage: 10%", "percentage: 25%", StringComparison.Ordinal)
            .Replace("> 1%", "> 2%", StringComparison.Ordinal);
        var (old, young) = (Write("old.yaml", Good), Write("new.yaml", changed));
        var ran = await _shell.Run("plan", "diff", old, young);
        Assert.Equal(2, ran.Code);
        Assert.Contains("Another 15 % of users go to new when it begins", ran.Out, StringComparison.Ordinal);
        Assert.Contains("looser", ran.Out, StringComparison.Ordinal);
        Assert.Contains("| **looser** |", (await _shell.Run("plan", "diff", old, young, "--format", "markdown")).Out, StringComparison.Ordinal);
        Assert.False((await _shell.Run("plan", "diff", old, young, "--format", "json")).Json.GetProperty("same").GetBoolean());
        Assert.Contains("Both plans are the same.", (await _shell.Good("plan", "diff", old, old)).Out, StringComparison.Ordinal);
        Assert.Contains("is new", (await _shell.Run("plan", "diff", "none", young)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_a_plan_cannot_leave_its_place_in_a_comment()
    {
        var evil = Good.Replace("flag: newSearch", "flag: newSearch\ntitle: \"a | @all <script> ![x](http://x)\"", StringComparison.Ordinal);
        var ran = await _shell.Run("plan", "diff", Write("old.yaml", Good), Write("new.yaml", evil), "--format", "markdown");
        Assert.DoesNotContain("<script>", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("@all", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("![x]", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_reads_a_revision_of_git()
    {
        var repository = Repository("samples/plans/minimal.yaml");
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, repository);
        var committed = Git("show", $"HEAD:./{relative}");
        var ran = await _shell.Run("plan", "diff", $"git:HEAD:{relative}", Write("new.yaml", committed.Replace("percentage: 10%", "percentage: 20%", StringComparison.Ordinal)));
        Assert.Equal(2, ran.Code);
        Assert.Contains("10 % → 20 %", ran.Out, StringComparison.Ordinal);
        await _shell.Fails(6, "plan", "diff", $"git:HEAD:{relative}.missing", repository);
        await _shell.Fails(3, "plan", "diff", "git:--output=x:a", repository);
    }

    [Fact]
    public async Task Test_passes_and_a_wrong_expectation_fails_with_a_diff()
    {
        Write("search.yaml", Good);
        var scenarios = Write("search.scenarios.yaml", Scenarios);
        Assert.StartsWith("ok   spike: Errors at 10 %", (await _shell.Good("plan", "test", _folder)).Out, StringComparison.Ordinal);
        await _shell.Good("plan", "test", Place("search.yaml"), "--name", "SPI");

        Write("search.scenarios.yaml", Scenarios.Replace("within: 7m", "within: 1m", StringComparison.Ordinal));
        var ran = await _shell.Fails(1, "plan", "test", scenarios);
        Assert.Contains($"{scenarios}:10", ran.Out, StringComparison.Ordinal);
        Assert.Contains("expected  a rollback by errors within 1m of 10m", ran.Out, StringComparison.Ordinal);
        Assert.Matches("happened  a rollback by errors, [56]m.* after it", ran.Out);
        Assert.Matches("verdict   .*error_rate > 1% for 5m: observed", ran.Out);
        Assert.Contains("1 scenario: 0 passed, 1 failed.", ran.Error, StringComparison.Ordinal);

        Assert.StartsWith("::error file=", (await _shell.Fails(1, "plan", "test", scenarios, "--format", "github")).Out, StringComparison.Ordinal);
        Assert.False((await _shell.Fails(1, "plan", "test", scenarios, "--format", "json")).Json[0].GetProperty("passed").GetBoolean());
        var xml = XDocument.Parse((await _shell.Fails(1, "plan", "test", scenarios, "--format", "junit")).Out);
        Assert.Single(xml.Descendants("failure"));
        await _shell.Fails(6, "plan", "test", scenarios, "--name", "other");
    }

    [Fact]
    public async Task Scenarios_of_the_samples_pass_and_every_sample_names_its_schema()
    {
        var samples = Repository("samples/plans/minimal.yaml")[..^"minimal.yaml".Length];
        var ran = await _shell.Good("plan", "test", samples);
        Assert.EndsWith(" passed, 0 failed.", ran.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.True(ran.Out.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)) >= 10, ran.Out);
        Assert.All(Directory.GetFiles(samples, "*.yaml"), sample =>
        {
            var first = File.ReadLines(sample).First();
            Assert.StartsWith("# yaml-language-server: $schema=", first, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(samples, first.Split('=')[1])), sample);
        });
    }

    [Fact]
    public async Task Simulate_tells_what_happens_with_and_without_scenarios()
    {
        var plan = Write("search.yaml", Good);
        var calm = await _shell.Good("plan", "simulate", plan);
        Assert.Contains("1000 requests per second", calm.Error, StringComparison.Ordinal);
        Assert.Contains("completed, step all, 100% of users on new.", calm.Out, StringComparison.Ordinal);
        Write("search.scenarios.yaml", Scenarios);
        Assert.Contains("Trigger errors fired", (await _shell.Good("plan", "simulate", plan)).Out, StringComparison.Ordinal);
        var json = (await _shell.Good("plan", "simulate", plan, "--name", "spike", "--seed", "3", "--format", "json")).Json;
        Assert.Equal(("rolled-back", 3), (json.GetProperty("status").GetString(), json.GetProperty("seed").GetInt32()));
        await _shell.Fails(6, "plan", "simulate", plan, "--name", "other");
    }

    [Theory]
    [InlineData("pushed")]
    [InlineData("https://prometheus.example.com")]
    public async Task Init_asks_five_questions_and_writes_a_plan_that_holds(string source)
    {
        var file = Place("checkout.yaml");
        _shell.Input = $"newCheckout\ncheckout/staging\n100, 5\n10 50 100\n{source}\n2h\n";
        var ran = await _shell.Good("plan", "init", file);
        Assert.Contains("\"100, 5\": 1 to 20 rising percentages", ran.Error, StringComparison.Ordinal);
        var text = File.ReadAllText(file);
        Assert.Contains("plan: new-checkout", text, StringComparison.Ordinal);
        Assert.Contains("{ percentage: 50%, hold: 2h }", text, StringComparison.Ordinal);
        Assert.Equal(source != "pushed", text.Contains(source, StringComparison.Ordinal));
        await _shell.Good("plan", "validate", file, "--strict");
        await _shell.Good("plan", "fmt", file, "--check");
        Assert.Equal(File.ReadAllText(Repository("docs/plan.schema.json")), File.ReadAllText(Place("plan.schema.json")));
    }

    [Fact]
    public async Task Init_takes_defaults_and_overwrites_nothing()
    {
        var file = Place("a.yaml");
        await _shell.Good("plan", "init", file, "--yes");
        await _shell.Good("plan", "validate", file, "--strict");
        await _shell.Fails(4, "plan", "init", file, "--yes");
        await _shell.Fails(3, "plan", "init", Place("b.yaml"));
        Assert.False(File.Exists(Place("b.yaml")));
    }

    private string Place(string name) => Path.Combine(_folder, name);

    private string Write(string name, string text)
    {
        var path = Place(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ReplaceLineEndings("\n"));
        return path;
    }

    private static string Git(params string[] args)
    {
        using var git = Process.Start(new ProcessStartInfo("git", args) { RedirectStandardOutput = true })!;
        return git.StandardOutput.ReadToEnd();
    }

    private static string Repository(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No Orchestrator.sln above the tests.");
        }

        return Path.Combine(folder.FullName, path);
    }
}
