using System.Net;
using System.Net.Sockets;
using System.Text;
using Orchestrator.Domain.Notifications;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Metrics.Sources.Credentials;
using Orchestrator.Grains.Metrics.Sources.Http;
using Orchestrator.Grains.Notifications.Channels;
using Microsoft.Extensions.Configuration;
using Orchestrator.Grains.Rollouts.Verification;

namespace Orchestrator.Silo.Tests.Aftermath;

/// <summary>
/// Names of the list that lead to this machine, to a cloud's metadata or to a private network; every client of the product.
/// </summary>
public sealed class EgressConnectTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("169.254.169.254", "link-local")]
    [InlineData("::ffff:169.254.169.254", "link-local")]
    [InlineData("64:ff9b::a9fe:a9fe", "link-local")]
    [InlineData("2002:a9fe:a9fe::1", "link-local")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("10.1.2.3", "private")]
    [InlineData("172.31.0.1", "private")]
    [InlineData("192.168.1.1", "private")]
    [InlineData("100.64.0.1", "private")]
    [InlineData("fd00::1", "private")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("::", "unspecified")]
    public async Task Name_that_leads_to_an_address_that_is_not_public_opens_nothing_and_says_so(string address, string kind)
    {
        using var server = new Server();
        var list = List(["ledger.example"], address);
        var sentence = $"ledger.example resolves to {IPAddress.Parse(address)}, a {kind} address, which Orchestrator:Egress:Allow does not name";
        using var prober = new Prober(list);
        using var hooks = new ChannelHttp(list);
        using var sources = new SourceHttp(list, new CredentialSettings(new ConfigurationBuilder().Build()));

        var probe = await prober.Ask(server.At("ledger.example"), null, Stop);
        var hook = await hooks.Post(server.At("ledger.example"), "{}"u8.ToArray(), [], quote: false, Stop);
        var source = await sources.Send(new Uri(server.At("ledger.example")), null, null, TimeSpan.FromSeconds(30), Stop);

        Assert.StartsWith(sentence, probe.Text, StringComparison.Ordinal);
        Assert.StartsWith(sentence, Assert.IsType<Attempt.Failed>(hook).Reason, StringComparison.Ordinal);
        Assert.StartsWith(sentence, source.Error, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    public async Task Name_reaches_an_address_that_the_list_names(string entry)
    {
        using var server = new Server();
        using var prober = new Prober(List(["ledger.example", entry], "127.0.0.1"));

        Assert.True((await prober.Ask(server.At("ledger.example"), null, Stop)).Ok);
    }

    [Fact]
    public async Task Name_that_changes_between_two_calls_is_refused_at_the_second()
    {
        using var server = new Server();
        var answers = new Queue<string>(["127.0.0.1", "169.254.169.254"]);
        using var prober =
            new Prober(new EgressList(["ledger.example", "127.0.0.0/8"], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())])));

        Assert.True((await prober.Ask(server.At("ledger.example"), null, Stop)).Ok);
        var second = await prober.Ask(server.At("ledger.example"), null, Stop);

        Assert.Contains("169.254.169.254", second.Text, StringComparison.Ordinal);
        Assert.Contains("add 169.254.169.254 or a network that holds it", second.Text, StringComparison.Ordinal);
        Assert.Empty(answers);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_that_may_be_called_are_tried()
    {
        using var server = new Server();
        using var prober = new Prober(List(["ledger.example", "127.0.0.1"], "169.254.169.254", "127.0.0.1"));

        Assert.True((await prober.Ask(server.At("ledger.example"), null, Stop)).Ok);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task This_machine_by_its_own_name_needs_no_entry(string host)
    {
        using var server = new Server();
        using var prober = new Prober(new EgressList([]));

        Assert.True((await prober.Ask(server.At(host), null, Stop)).Ok);
    }

    [Fact]
    public async Task Name_localhost_that_leads_elsewhere_is_refused()
    {
        using var prober = new Prober(List([], "10.0.0.1"));

        Assert.Contains("10.0.0.1, a private address", (await prober.Ask("http://localhost:9/", null, Stop)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://10.200.1.1/", true)]
    [InlineData("http://[fd00::7]:81/", true)]
    [InlineData("http://11.0.0.1/", false)]
    [InlineData("http://ledger.example/", false)]
    public void Network_of_the_list_allows_literal_addresses_and_no_name(string address, bool allowed) =>
        Assert.Equal(allowed, new EgressList(["10.0.0.0/8", "fd00::/8"]).Allows(new Uri(address)));

    private static EgressList List(string[] entries, params string[] addresses) =>
        new(entries, (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));

    /// <summary>A server of this machine that answers 200 and closes each connection.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private int _connections;

        public Server()
        {
            _listener.Start();
            _ = Serve();
        }

        public int Connections => Volatile.Read(ref _connections);

        public string At(string host) => $"http://{host}:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

        public void Dispose() => _listener.Stop();

        private async Task Serve()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    Interlocked.Increment(ref _connections);
                    var stream = client.GetStream();
                    await stream.ReadAtLeastAsync(new byte[16], 16);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
                return;
            }
        }
    }
}
