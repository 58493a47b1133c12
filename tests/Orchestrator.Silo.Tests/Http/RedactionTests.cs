using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Log;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Events as a reader gets them: nothing in them opens a door or tests a guess.</summary>
public sealed class RedactionTests
{
    private static readonly string[] Secrets = ["hash", "memberKey", "added", "removed"];

    [Fact]
    public async Task Events_show_no_hash_of_a_key_and_no_member()
    {
        await using var silo = await SiloHost.Start();
        await silo.NewKey("engineering");
        await silo.Admin.PutAsJsonAsync("/api/v1/segments/production/beta", new { optedIn = true }).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/segments/production/beta/members", new { add = new[] { "ann", "bob" } }).Json();
        var log = silo.Services.GetRequiredService<IEventLog>();
        var head = await log.Head();

        using var viewer = await silo.NewClient("viewer");
        var told = (await Told(viewer, head)).ToDictionary(e => e.GetProperty("position").GetInt64());

        foreach (var recorded in await log.ReadAll(0, 100))
        {
            if (recorded.Position > head)
            {
                continue;
            }

            var (stored, shown) = (JsonDocument.Parse(recorded.Data).RootElement, told[recorded.Position]);
            var hidden = stored.EnumerateObject().Where(member => Secrets.Contains(member.Name)).ToArray();
            var secrets = hidden.SelectMany(
                member => member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().ToArray() : [member.Value]);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret.GetString()!, shown.GetRawText(), StringComparison.Ordinal));
            if (hidden.Length > 0)
            {
                Assert.Equal(hidden.Select(member => member.Name), shown.GetProperty("redacted").EnumerateArray().Select(name => name.GetString()));
            }
        }

        Assert.Equal(2, told.Values.Single(e => e.GetProperty("type").GetString() == "MembersChanged").GetProperty("data").GetProperty("addedCount").GetInt32());
    }

    [Fact]
    public async Task Hash_of_the_chosen_key_is_of_no_use_without_the_secret_of_the_installation()
    {
        await using var silo = await SiloHost.Start();
        var created = (await silo.Services.GetRequiredService<IEventLog>().ReadAll(0, 10)).First(e => e.Type == "access.key_created");
        var hash = JsonDocument.Parse(created.Data).RootElement.GetProperty("hash").GetString()!;
        Assert.StartsWith(Key.PepperedPrefix, hash, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SiloHost.AdminKey))), hash, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_made_from_what_events_said_before_opens_no_stream()
    {
        await using var silo = await SiloHost.Start();
        var (id, text) = await silo.NewKey("browser", "production");
        var expiry = 2_100_000_000L;
        var signed = new byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(signed, expiry);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes("ofrep stream " + Key.HashOf(text)), signed).AsSpan(0, 16);

        using var nobody = silo.As(null);
        using var answer = await nobody.GetAsync($"/ofrep/v1/stream?token={id}.{expiry:x}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}");
        Assert.Equal(401, (int)answer.StatusCode);
    }

    /// <summary>Everything up to a position, as a reader hears it.</summary>
    private static async Task<List<JsonElement>> Told(HttpClient reader, long head)
    {
        using var opened = await reader.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream?after=0"), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await opened.Content.ReadAsStreamAsync());
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        var events = new List<JsonElement>();
        while (events.Count == 0 || events[^1].GetProperty("position").GetInt64() < head)
        {
            if (await lines.ReadLineAsync(patience.Token) is { } line && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                events.Add(JsonDocument.Parse(line[6..]).RootElement);
            }
        }

        return events;
    }
}
