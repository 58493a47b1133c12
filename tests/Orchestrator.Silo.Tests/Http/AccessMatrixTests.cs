using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Every route with a key of every role, from the routes that the code maps and the table of <see cref="Permission"/>.</summary>
public sealed partial class AccessMatrixTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    private static readonly Role[] Roles = Enum.GetValues<Role>();

    private (string Method, string Pattern, Permission Needs)[] Routes =>
    [
        .. from route in shared.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let described = route.Metadata.GetMetadata<EndpointDescription>()
           where described is not null
           let method = route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()
           orderby route.RoutePattern.RawText, method
           select (method, route.RoutePattern.RawText!, described.Needs),
    ];

    [Fact]
    public async Task Every_route_lets_in_the_roles_of_its_permission_and_no_other()
    {
        foreach (var role in Roles)
        {
            using var client = await shared.Host.NewClient(role.Name(), role.IsBound() ? "production" : null);
            // One after the other: of the expensive reads at once, some would be told that the turns are taken (503).
            var answers = new List<((string Method, string Pattern, Permission Needs) route, HttpStatusCode Status)>();
            foreach (var route in Routes)
            {
                answers.Add((route, await Status(client, route.Method, route.Pattern)));
            }

            Assert.All(answers, answer => Assert.True(
                role.May(answer.route.Needs) == answer.Status is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
                    && (int)answer.Status < 500,
                $"{answer.route.Method} {answer.route.Pattern} answers {(int)answer.Status} to {role.Name()}"));
        }
    }

    [Fact]
    public async Task Every_route_is_closed_without_a_key()
    {
        using var nobody = shared.Host.As(null);
        var answers = await Task.WhenAll(Routes.Select(async route => (route, Status: await Status(nobody, route.Method, route.Pattern))));
        Assert.All(answers, answer => Assert.Equal((answer.route, HttpStatusCode.Unauthorized), answer));
    }

    [Fact]
    public async Task Page_of_who_may_do_what_is_that_of_the_code()
    {
        var path = Page();
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(path, Written());
        }

        Assert.Equal(Written(), await File.ReadAllTextAsync(path));
    }

    private string Written()
    {
        var page = new StringBuilder("""
            # Who may do what

            From the code: the table of permissions (`Domain/Access/Permission.cs`) and the routes that name one. A test compares this page with both, and calls every route with a key of every role
            (`AccessMatrixTests`; `WRITE_DOCS=1` writes the page).


            """);
        page.Append("| permission |").AppendJoin("", Roles.Select(role => $" {role.Name()} |")).Append('\n');
        page.Append("|---|").AppendJoin("", Roles.Select(_ => "---|")).Append('\n');
        foreach (var permission in Enum.GetValues<Permission>())
        {
            page.Append($"| {permission} |").AppendJoin("", Roles.Select(role => role.May(permission) ? " yes |" : "  |")).Append('\n');
        }

        page.Append("\n`POST /ofrep/v1/evaluate/flags[/{key}]` and `GET /ofrep/v1/stream` need Evaluate. Pages of the [dashboard](dashboard.md) need Read. Without HTML `/` and `/rollouts/{id}` lead to addresses of the API; they, `/sign-in`, `/health`, `/health/live`, `/health/ready`, `/openapi/v1.json` and `/.well-known/oauth-protected-resource` are open.\n\n| route | permission |\n|---|---|\n");
        foreach (var (method, pattern, needs) in Routes)
        {
            page.Append($"| `{method} {pattern}` | {needs} |\n");
        }

        return page.ToString();
    }

    private static async Task<HttpStatusCode> Status(HttpClient client, string method, string pattern)
    {
        var address = Parameter().Replace(pattern, part => part.Groups[1].Value == "environment" ? "production" : "none");
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (method is "POST" or "PUT")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private static string Page([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "access.md"));

    [GeneratedRegex(@"\{([a-z]+)\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
