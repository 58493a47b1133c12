using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Api;
using Orchestrator.Api.Ofrep;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Ofrep;

/// <summary>
/// A whole request over a real connection, beside one that reads no body and answers fixed bytes. Alone: what others allocate would count,
/// too.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RequestAllocationTests
{
    private const int Requests = 2_000;

    [Fact]
    public async Task An_evaluation_takes_what_Kestrel_takes()
    {
        var node = new OfrepServer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IRoutingTables>(node).AddSingleton<ITableTrust>(node).AddSingleton<IEvaluationKeys>(node)
            .AddStreams().AddSingleton(new InstallationSecret(new byte[InstallationSecret.Bytes]))
            .AddSingleton(new LeaseSettings(TimeSpan.FromSeconds(10), node.Time, HoldsGrains: false));
        await using var app = builder.Build();
        var answer = Encoding.UTF8.GetBytes(new string('x', 200));
        app.UseOfrep();
        app.Run(async http =>
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.BodyWriter.WriteAsync(answer, CancellationToken.None);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var connection = new Connection(new Uri(app.Urls.Single()));

        var (bare, evaluation) = (connection.BytesEach("/bare"), connection.BytesEach("/ofrep/v1/evaluate/flags/split"));

        Assert.InRange(evaluation, 1, bare);
    }

    /// <summary>Asks again and again, and allocates nothing itself.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] _buffer = new byte[8192];

        public Connection(Uri address) => _socket.Connect(IPAddress.Loopback, address.Port);

        /// <summary>The least of several rounds: a round in which the runtime compiled or collected took more.</summary>
        public long BytesEach(string path)
        {
            const string body = """{"context":{"targetingKey":"user-1","internal":false,"country":"SI"}}""";
            var request = Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: eval\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            var least = long.MaxValue;
            for (var round = 0; round < 8; round++)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                for (var i = 0; i < Requests; i++)
                {
                    Ask(request);
                }

                least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Requests);
            }

            return least;
        }

        private void Ask(byte[] request)
        {
            _socket.Send(request);
            for (var read = 0; ;)
            {
                var length = _socket.Receive(_buffer.AsSpan(read));
                Assert.True(length > 0, "the server closed the connection");
                read += length;
                var head = _buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8);
                if (head < 0)
                {
                    continue;
                }

                Assert.True(_buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8), "it was not answered with 200");
                var at = _buffer.AsSpan(0, head).IndexOf("Content-Length: "u8) + "Content-Length: ".Length;
                var size = 0;
                for (; _buffer[at] is >= (byte)'0' and <= (byte)'9'; at++)
                {
                    size = (size * 10) + _buffer[at] - '0';
                }

                if (read == head + 4 + size)
                {
                    return;
                }
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
