using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Connections;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Connections are bounded below the files of the process, and idle ones without a key lock nobody out.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Idle_connections_without_a_key_give_way_and_neither_probe_nor_rollback_waits()
    {
        await using var silo = await SiloHost.Start(settings: ["--Orchestrator:Connections=64"]);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var guard = silo.Services.GetRequiredService<ConnectionGuard>();

        var idle = new List<TcpClient>();
        for (var i = 0; i < 300; i++)
        {
            var one = new TcpClient();
            await one.ConnectAsync(IPAddress.Loopback, silo.Address.Port);
            idle.Add(one);
        }

        // A new connection each: the connection of the admin above is known, these two begin as strangers.
        using (var probe = silo.As(null))
        {
            Assert.Equal(HttpStatusCode.OK, (await probe.GetAsync("/health/live")).StatusCode);
        }

        using (var operating = silo.As(SiloHost.AdminKey))
        {
            var back = await operating.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
            Assert.Equal("rolledBack", back.GetProperty("status").GetString());
        }

        Assert.InRange(guard.Open, 1, 64);
        idle.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Connections_with_a_key_are_bounded_and_leave_room_for_strangers()
    {
        await using var silo = await SiloHost.Start(settings: ["--Orchestrator:Connections=64"]);
        var open = new List<TcpClient>();
        var answers = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var one = new TcpClient();
            await one.ConnectAsync(IPAddress.Loopback, silo.Address.Port);
            open.Add(one);
            answers.Add(await Ask(one, "/api/v1/nodes"));
        }

        // One of the 48 is the host's own client, which is the admin's connection, if it is open already.
        Assert.InRange(answers.Count(answer => answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)), 47, 48);
        Assert.All(answers.Skip(48), answer => Assert.Contains("node.too_many_connections", answer, StringComparison.Ordinal));
        using var probe = silo.As(null);
        Assert.Equal(HttpStatusCode.OK, (await probe.GetAsync("/health/live")).StatusCode);

        open.ForEach(one => one.Dispose());
        using var later = silo.As(SiloHost.AdminKey);
        await Eventually.Until("a connection with a key is let in again", async () => (await later.GetAsync("/api/v1/nodes")).StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(1024, null, null, null)]
    [InlineData(1024, "512", null, null)]
    [InlineData(1024, "513", null, "Orchestrator:Connections must be a whole number from 64 to 512, but is '513': the process may open 1024 files (ulimit -n) and keeps 512 for the store, other nodes and outgoing calls")]
    [InlineData(1024, "x", null, "Orchestrator:Connections must be a whole number from 64 to 512, but is 'x': the process may open 1024 files (ulimit -n) and keeps 512 for the store, other nodes and outgoing calls")]
    [InlineData(560, null, null, "The process may open 560 files, which leaves 48 for connections after a reserve of 512 for the store, other nodes and outgoing calls; at least 64 are needed: raise the limit (ulimit -n, LimitNOFILE=)")]
    [InlineData(1024, null, "289", "Orchestrator:Ofrep:Streams must be at most 288, but is '289': the process has 512 connections (Orchestrator:Connections), 128 of them for connections without a key and a quarter of the rest for requests")]
    public void Limits_are_checked_against_each_other(int files, string? connections, string? streams, string? error)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Orchestrator:Connections"] = connections, ["Orchestrator:Ofrep:Streams"] = streams }).Build();
        Assert.Equal(error is null ? [] : [error], ConnectionLimits.Errors(configuration, files));
    }

    private static async Task<string> Ask(TcpClient connection, string path)
    {
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: silo\r\nX-API-Key: {SiloHost.AdminKey}\r\n\r\n"));
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, patience.Token));
    }
}
