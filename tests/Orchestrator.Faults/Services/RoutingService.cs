using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Client;

namespace Orchestrator.Faults.Services;

/// <summary>
/// A service with the .NET client, as a process of its own (<c>service</c> on the command line). It decides locally and answers over HTTP,
/// in the format of OFREP, so that it is called and recorded as nodes are.
/// </summary>
internal static class RoutingService
{
    public static async Task Run(string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(settings);
        builder.Logging.ClearProviders().AddSimpleConsole(options => options.SingleLine = true).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddOrchestrator(
            options => (options.Url, options.Key) = (new Uri(builder.Configuration["Node"]!), builder.Configuration["Key"]!));
        await using var app = builder.Build();
        app.Run(Answer);
        await app.StartAsync();
        Console.WriteLine($"Listening on {app.Urls.Single()}");
        await app.WaitForShutdownAsync();
    }

    private static async Task Answer(HttpContext http)
    {
        var flag = http.Request.Path.Value!.Split('/')[^1];
        using var asked = await JsonDocument.ParseAsync(http.Request.Body);
        var user = asked.RootElement.GetProperty("context").GetProperty("targetingKey").GetString();
        var (answer, position) = Route(http.RequestServices.GetRequiredService<IRolloutRouter>(), flag, user);
        await http.Response.WriteAsJsonAsync(new
        {
            key = flag,
            variant = answer.VariantName ?? "none",
            reason = answer.ReasonName,
            metadata = new { rollout = answer.Rollout, position },
        });
    }

    /// <summary>The answer and the position of the very table it was made from.</summary>
    private static (RouteResult Answer, long Position) Route(IRolloutRouter router, string flag, string? user)
    {
        while (true)
        {
            var before = router.Status.Position;
            var answer = router.Route(flag, user);
            if (router.Status.Position == before)
            {
                return (answer, before);
            }
        }
    }
}
