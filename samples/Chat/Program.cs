using Orchestrator.Samples.Chat;

await using var app = ChatServer.Build(args);
await app.RunAsync();
