using Microsoft.Extensions.Options;
using Orchestrator.Samples.Chat.Faults;
using Orchestrator.Samples.Chat.Metering;
using Orchestrator.Samples.Chat.Rooms;
using Orchestrator.Samples.Chat.Routing;

namespace Orchestrator.Samples.Chat;

/// <summary>Composes the service.</summary>
public static class ChatServer
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 16 * 1024);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Services.ConfigureHttpJsonOptions(
            json => json.SerializerOptions.Converters.Add(new System.Text.Json.Serialization.JsonStringEnumConverter(
            System.Text.Json.JsonNamingPolicy.CamelCase)));
        builder.Services.Configure<ChatOptions>(builder.Configuration.GetSection("Chat"));
        builder.Services
            .AddSingleton(services => services.GetRequiredService<IOptions<ChatOptions>>().Value)
            .AddSingleton(_ =>
                new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), MaxConnectionsPerServer = 64 }))
            .AddSingleton(TimeProvider.System)
            .AddSingleton<FaultSwitch>().AddSingleton<ChatPaths>().AddSingleton<Meters>().AddSingleton<Mirror>()
            .AddSingleton<RoomBook>().AddSingleton<Callbacks>().AddSingleton<OfrepClient>().AddSingleton<Posting>()
            .AddSingleton<ShadowFlag>().AddHostedService(services => services.GetRequiredService<ShadowFlag>())
            .AddSingleton<Reporter>().AddHostedService(services => services.GetRequiredService<Reporter>());
        var app = builder.Build();
        ChatEndpoints.Map(app);
        return app;
    }
}
