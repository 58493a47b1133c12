using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Browser;

/// <summary>Rules that hold on every page, at both widths and in both themes.</summary>
public sealed class EveryPageTests(ChromiumFixture chromium)
{
    internal static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    };

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Page_keeps_the_policy_is_accessible_and_does_not_scroll_sideways(int width, bool dark)
    {
        await using var silo = await PageList.Installation();
        await using var visitor = await (await Visitor.Arrive(chromium, silo.Address, width, dark)).SignIn(SiloHost.AdminKey);
        var faults = new List<string>();
        foreach (var (name, path) in PageList.All)
        {
            var answer = await visitor.Page.GotoAsync(path);
            var headers = await answer!.AllHeadersAsync();
            var policy = headers["content-security-policy"];
            if (policy.Contains("unsafe", StringComparison.Ordinal) || headers["x-frame-options"] != "DENY")
            {
                faults.Add($"{name}: {policy}, {headers["x-frame-options"]}");
            }

            var report = await visitor.Page.RunAxe(Rules);
            faults.AddRange(report.Violations.Select(one => $"{name}: {one.Id}: {one.Help}: {one.Nodes[0].Html}"));
            var overflow = await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (overflow > 0)
            {
                faults.Add($"{name}: {overflow} pixels wider than the screen");
            }
        }

        // The pages that do not exist are asked for on purpose.
        faults.AddRange(visitor.Complaints.Where(text => !text.Contains("404", StringComparison.Ordinal)));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task No_link_of_any_page_changes_anything()
    {
        await using var silo = await PageList.Installation();
        using var reader = Silo.Reader.With(silo, SiloHost.AdminKey);
        var before = await Position(silo);
        var open = new Queue<string>(PageList.All.Select(page => page.Path));
        var seen = new HashSet<string>(open, StringComparer.Ordinal);
        var visited = 0;
        while (open.TryDequeue(out var path) && visited < 400)
        {
            visited++;
            var page = await reader.Open(path);
            Assert.True((int)page.Status < 500, $"{path}: {page.Status}");
            foreach (var href in page.Document.QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")!)
                .Where(href => href.StartsWith('/') && !href.StartsWith("/api/", StringComparison.Ordinal)))
            {
                var target = href.Split('#')[0];
                if (seen.Add(target))
                {
                    open.Enqueue(target);
                }
            }
        }

        Assert.True(visited > PageList.All.Length, $"only {visited} pages were visited");
        Assert.Equal(before, await Position(silo));
    }

    private static async Task<long> Position(SiloHost silo) => (await silo.Admin.GetAsync("/api/v1/node").Json()).GetProperty("position").GetInt64();
}
