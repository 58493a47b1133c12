using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Samples.OrleansClient;

// A service that is an Orleans client asks a segment grain. Needs a silo with an open gateway; see "Ask a segment grain" in docs/client.md.
//   dotnet run --project samples/orleans-client -- --Gateway 127.0.0.1:30000 --Segment production/beta \
//     --Flag useNewCheckout --TargetingKey ann --Attributes:plan pro
var builder = Host.CreateApplicationBuilder(args);
var gateway = GatewaySettings.Read(builder.Configuration);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.UseOrleansClient(gateway.Configure);
using var host = builder.Build();
await host.StartAsync();

var user = RouteContext.Of(builder.Configuration["TargetingKey"]);
foreach (var attribute in builder.Configuration.GetSection("Attributes").GetChildren())
{
    user = user.With(attribute.Key, attribute.Value);
}

var grains = host.Services.GetRequiredService<IClusterClient>();
var segment = grains.GetGrain<ISegmentRouter>(builder.Configuration["Segment"] ?? "production/beta");
var exit = 0;
try
{
    var answer = await segment.Ask(builder.Configuration["Flag"], user);
    Console.WriteLine($"variant={answer.Variant} reason={answer.Reason} new={answer.IsNew} rollout={answer.Rollout}");
    Console.WriteLine($"position={answer.Position} belongs={answer.Belongs}");
    foreach (var rule in answer.Rules)
    {
        Console.WriteLine($"  {(rule.Matched ? "matches" : "does not match")}: {rule.Rule} (saw {rule.Saw})");
    }

    if (answer.ErrorCode is not null)
    {
        Console.WriteLine($"{answer.ErrorCode}: {answer.ErrorDetails}");
        exit = 1;
    }
}
catch (Exception e) when (e is TimeoutException or Orleans.Runtime.OrleansException)
{
    // A service without an answer goes on with legacy.
    Console.WriteLine($"No answer, so legacy: {e.Message}");
    exit = 1;
}

await host.StopAsync();
return exit;
