using Microsoft.FeatureManagement;
using Orchestrator.Client;
using Orchestrator.Client.AspNetCore;
using Orchestrator.Client.FeatureManagement;
using Orchestrator.Samples.Client;

// A service on a rollout, guarded by it. Needs an orchestrator and two keys; see docs/client.md.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOrchestrator(options =>
{
    options.Url = new Uri(builder.Configuration["Orchestrator:Url"] ?? "http://127.0.0.1:5080");
    options.Key = builder.Configuration["Orchestrator:Key"] ?? "";
    options.IngestKey = builder.Configuration["Orchestrator:IngestKey"];
    options.CacheFile = builder.Configuration["Orchestrator:CacheFile"] ?? Path.Combine(Path.GetTempPath(), "sample-service.table");
    options.ShadowSwitch = "shadowProcessingEnabled";
});
builder.Services.AddFeatureManagement().WithOrchestrator();
builder.Services.AddSingleton<Payments>();

var app = builder.Build();
app.UseRolloutMetrics(
    Flags.NewArchitecture,
    http => new RolloutUser(http.Request.Query["user"]).With("region", http.Request.Query["region"]));
app.MapGet("/", Routing.Greet);
app.MapGet("/checked", Shadowing.Price);
app.MapGet("/features", Features.Ask);

var payments = app.Services.GetRequiredService<Payments>();
payments.Begin();
app.MapPost("/pay", async (string user, string? card) =>
    await payments.Pay(new RolloutUser(user), _ => Task.FromResult(card != "refused")) ? "paid" : "the bank refuses");
app.MapGet("/table", (IRolloutRouter router) => router.Status);
app.Run();
