using System.Net;
using System.Text;
using Npgsql;
using Orchestrator.Faults.Network;
using Orchestrator.PostgreSql;

namespace Orchestrator.Faults.Tests;

/// <summary>The proxy between a real client and a real PostgreSQL.</summary>
public sealed class ProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private PostgresServer _server = null!;
    private TcpProxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync(fsync: false);
        _proxy = TcpProxy.Start(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, _server.Port));
        await _server.Execute("CREATE TABLE kept (what text)");
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("Disable")]
    [InlineData("Prefer")]
    public async Task Answer_to_the_commit_of_a_marked_transaction_is_lost_and_the_transaction_is_not(string encryption)
    {
        await using var client = await Connect(encryption);
        await Insert(client, "another");
        var cut = _proxy.Commits.CutCommitOf("wanted");
        await Insert(client, "unwante");
        Assert.False(cut.IsCompleted);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Insert(client, "wanted"));
        await cut.WaitAsync(Patience);

        await using var again = await Connect(encryption);
        await Insert(again, "wanted, later");
        Assert.Equal(["another", "unwante", "wanted", "wanted, later"], await Kept(again));
    }

    [Fact]
    public async Task Mention_of_a_text_is_heard_without_harm()
    {
        await using var client = await Connect();
        var mentioned = _proxy.Commits.Mentioned("wanted");
        await Insert(client, "wanted");
        await mentioned.WaitAsync(Patience);
        Assert.Equal(["wanted"], await Kept(client));
    }

    [Fact]
    public async Task Blackhole_is_silent_and_lets_everything_through_when_it_ends()
    {
        await using var client = await Connect();
        _proxy.Blackhole();
        var answer = Kept(client);
        await using var second = new NpgsqlConnection(Text("Disable"));
        var opening = second.OpenAsync();
        Assert.False(answer.IsCompleted);
        Assert.False(opening.IsCompleted);
        _proxy.Heal();
        Assert.Empty(await answer.WaitAsync(Patience));
        await opening.WaitAsync(Patience);
    }

    [Fact]
    public async Task One_way_loses_the_answer_and_not_the_question()
    {
        await using var client = await Connect();
        _proxy.ToClient.Hold();
        var inserting = Insert(client, "one way", transaction: false);
        await using var direct = new NpgsqlConnection(_server.ConnectionString() + ";Pooling=false");
        await direct.OpenAsync();
        await Eventually.Until("the row is in the database", async () => (await Kept(direct)).Length > 0);

        Assert.False(inserting.IsCompleted);
        _proxy.Heal();
        await inserting.WaitAsync(Patience);
    }

    [Fact]
    public async Task Cut_resets_what_is_open_and_what_is_new_until_it_is_healed()
    {
        await using var client = await Connect();
        _proxy.Cut();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Kept(client));
        await Assert.ThrowsAnyAsync<Exception>(() => Connect());
        _proxy.Heal();
        await using var again = await Connect();
        Assert.Empty(await Kept(again));
    }

    [Fact]
    public void Commit_is_found_however_the_bytes_are_split()
    {
        byte[] heard = [.. Message('D', "COMMIT\0"), .. Message('C', "INSERT 0 1\0"), .. Message('Z', "T"), .. Message('C', "COMMIT\0"), .. Message('Z', "I")];
        var before = heard.Length - Message('C', "COMMIT\0").Length - Message('Z', "I").Length;
        for (var size = 1; size <= heard.Length; size++)
        {
            var watch = new CommitWatch();
            var conversation = new Conversation(watch);
            var cut = watch.CutCommitOf("x");
            conversation.Said("x"u8);
            var passed = 0;
            foreach (var piece in heard.Chunk(size))
            {
                var passes = conversation.Heard(piece);
                passed += passes;
                if (passes < piece.Length || cut.IsCompleted)
                {
                    break;
                }
            }

            Assert.True(cut.IsCompleted, $"in pieces of {size}");
            Assert.InRange(passed, before, before + Message('C', "COMMIT\0").Length - 1);
        }
    }

    private static byte[] Message(char type, string body) =>
        [(byte)type, 0, 0, 0, (byte)(4 + body.Length), .. Encoding.ASCII.GetBytes(body)];

    private static async Task Insert(NpgsqlConnection client, string what, bool transaction = true)
    {
        await using var running = transaction ? await client.BeginTransactionAsync() : null;
        await using var command = new NpgsqlCommand("INSERT INTO kept VALUES ($1)", client) { Parameters = { new() { Value = what } } };
        await command.ExecuteNonQueryAsync();
        if (running is not null)
        {
            await running.CommitAsync();
        }
    }

    private static async Task<string[]> Kept(NpgsqlConnection client)
    {
        await using var command = new NpgsqlCommand("SELECT what FROM kept ORDER BY what", client);
        await using var reader = await command.ExecuteReaderAsync();
        var kept = new List<string>();
        while (await reader.ReadAsync())
        {
            kept.Add(reader.GetString(0));
        }

        return [.. kept];
    }

    private string Text(string encryption) =>
        _server.ConnectionString().Replace($"Port={_server.Port}", $"Port={_proxy.EndPoint.Port}", StringComparison.Ordinal) + $";Pooling=false;SSL Mode={encryption}";

    private async Task<NpgsqlConnection> Connect(string encryption = "Disable")
    {
        var client = new NpgsqlConnection(Text(encryption));
        await client.OpenAsync();
        return client;
    }
}
