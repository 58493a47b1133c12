using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Tests.Browser;

/// <summary>The tests of every page, and the pictures, know every page.</summary>
public sealed class PageListTests
{
    [Fact]
    public void Each_page_has_an_address_in_the_list()
    {
        var paths = PageList.All.Select(page => page.Path.Split('?')[0]).ToArray();
        var without = typeof(Root).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>())
            .Select(route => route.Template)
            .Where(template => !paths.Any(path => Regex.IsMatch(path, $"^{Regex.Replace(template, @"\{\w+\}", "[^/]+")}$")));
        Assert.Empty(without);
    }
}
