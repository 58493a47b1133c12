using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
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

    [Fact]
    public async Task Process_at_its_limit_of_files_goes_on_answering_those_with_a_key()
    {
        var folder = Directory.CreateTempSubdirectory("silo-").FullName;
        await using (var silo = await SiloProcess.StartWithin(640, folder, $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}"))
        {
            using var admin = silo.As(SiloHost.AdminKey);
            await admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
            await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
            await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
            var key = (await admin.PostAsJsonAsync("/api/v1/keys", new { name = "e", role = "evaluation", environment = "production" }).Json(201)).GetProperty("key")
                .GetString();
            using var service = silo.As(key);
            await Evaluate(service);

            using var enough = new CancellationTokenSource();
            var flood = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Flood(silo.Address.Port, enough.Token)));
            for (var i = 0; i < 20; i++)
            {
                await Evaluate(service);
                using var late = silo.As(key);
                await Evaluate(late);
            }

            // A connection of its own, as each of those above, made while hundreds wait before it.
            using (var operating = silo.As(SiloHost.AdminKey))
            {
                var back = await operating.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
                Assert.Equal("rolledBack", back.GetProperty("status").GetString());
            }

            await Evaluate(service);
            Assert.False(silo.Exited.IsCompleted, silo.Output);
            await enough.CancelAsync();
            await flood;
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Connections_close_in_the_order_in_which_they_were_accepted()
    {
        var time = new FakeTimeProvider();
        var guard = new ConnectionGuard(new ConnectionLimits(64, 16), time);
        var accepted = Enumerable.Range(0, 20).Select(_ => new Accepted()).ToArray();
        foreach (var one in accepted)
        {
            guard.Enter(one);
        }

        // No pipeline has run yet: on a busy machine it runs late, and not in that order.
        Assert.All(accepted[..4], one => Assert.True(one.Aborted));
        Assert.All(accepted[4..], one => Assert.False(one.Aborted));
        Assert.Equal(16, guard.Open);
        await Task.WhenAll(accepted.Select(one => guard.Around(_ => Task.CompletedTask)(one)));
        Assert.Equal(0, guard.Open);
    }

    [Fact]
    public async Task Stranger_has_time_to_show_its_key_before_the_next_connection_is_accepted()
    {
        var time = new FakeTimeProvider();
        var guard = new ConnectionGuard(new ConnectionLimits(64, 2), time);
        var (first, second) = (new Accepted(), new Accepted());
        guard.Enter(first);
        Assert.True(guard.Room(default).IsCompletedSuccessfully);
        time.Advance(ConnectionGuard.Grace / 2);
        guard.Enter(second);

        var room = guard.Room(default);
        Assert.False(room.IsCompleted);
        Assert.True(guard.Knows(first.Features));
        await room;

        guard.Enter(new Accepted());
        room = guard.Room(default);
        time.Advance(ConnectionGuard.Grace - TimeSpan.FromMilliseconds(1));
        Assert.False(room.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await room;
        Assert.False(second.Aborted);

        using var unbound = new CancellationTokenSource();
        guard.Enter(new Accepted());
        Assert.True(second.Aborted);
        time.Advance(ConnectionGuard.Grace / 4);
        guard.Enter(new Accepted());
        room = guard.Room(unbound.Token);
        await unbound.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room);
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

    /// <summary>
    /// Idle connections, each as soon as the oldest of thirty was closed for newer ones: more at once than may be strangers, and fewer than
    /// the system's queue holds.
    /// </summary>
    private static async Task Flood(int port, CancellationToken enough)
    {
        var idle = new Queue<TcpClient>();
        try
        {
            while (true)
            {
                var one = new TcpClient();
                idle.Enqueue(one);
                await one.ConnectAsync(IPAddress.Loopback, port, enough);
                if (idle.Count == 30)
                {
                    using var oldest = idle.Dequeue();
                    await Closed(oldest, enough);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
        finally
        {
            foreach (var one in idle)
            {
                one.Dispose();
            }
        }
    }

    private static async Task Closed(TcpClient connection, CancellationToken enough)
    {
        try
        {
            Assert.Equal(0, await connection.GetStream().ReadAsync(new byte[1], enough));
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // Reset, which is closed as well.
        }
    }

    private static async Task Evaluate(HttpClient service)
    {
        var answer = await service.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = "u" } });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<string> Ask(TcpClient connection, string path)
    {
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: silo\r\nX-API-Key: {SiloHost.AdminKey}\r\n\r\n"));
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, patience.Token));
    }

    /// <summary>A connection that says whether it was closed.</summary>
    private sealed class Accepted : DefaultConnectionContext
    {
        public bool Aborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => Aborted = true;
    }
}
