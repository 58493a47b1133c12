using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Orchestrator.Silo.Settings;

namespace Orchestrator.Silo.Tests.Start;

public sealed partial class FirstStartTests
{
    [Fact]
    public async Task First_start_prints_one_admin_key_that_works_and_no_later_start_prints_any()
    {
        await using var silo = await SiloHost.Start(adminKey: null);
        var key = Assert.Single(KeyText().Matches(silo.Printed.ToString())).Value;
        var keys = await silo.As(key).GetAsync("/api/v1/keys").Json();
        Assert.Equal("admin", Assert.Single(keys.GetProperty("keys").EnumerateArray()).GetProperty("role").GetString());

        await silo.Restart();

        Assert.Single(KeyText().Matches(silo.Printed.ToString()));
        await silo.As(key).GetAsync("/api/v1/keys").Json();
    }

    [Fact]
    public async Task A_key_is_nowhere_in_the_data()
    {
        await using var silo = await SiloHost.Start(adminKey: null);
        var first = KeyText().Match(silo.Printed.ToString()).Value;
        var made = await silo.As(first).PostAsJsonAsync("/api/v1/keys", new { name = "a", role = "viewer" }).Json(201);
        var second = made.GetProperty("key").GetString()!;

        foreach (var file in Directory.GetFiles(silo.Folder, "*.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            var bytes = await reader.ReadToEndAsync();
            Assert.DoesNotContain(first.Split('_')[2], bytes, StringComparison.Ordinal);
            Assert.DoesNotContain(second.Split('_')[2], bytes, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Chosen_keys_replace_the_printed_one_and_a_changed_value_replaces_the_old()
    {
        var folder = Directory.CreateTempSubdirectory("silo-").FullName;
        await using (var silo = await SiloHost.Start("first-chosen-4f7c1b90e2d85a36", folder, null, "--ORCHESTRATOR_EVALUATION_KEY=first-chosen-83d02e6b9fa1475c"))
        {
            Assert.Empty(silo.Printed.ToString());
            await silo.Restart();
            var keys = (await silo.Admin.GetAsync("/api/v1/keys").Json()).GetProperty("keys").EnumerateArray().ToArray();
            Assert.Equal(["admin ", "evaluation production"], keys.Select(key =>
                $"{key.GetProperty("role").GetString()} {(key.TryGetProperty("environment", out var bound) ? bound.GetString() : "")}"));
            var nodes = await silo.Admin.GetAsync("/api/v1/nodes").Json();
            Assert.Equal(2, nodes.GetProperty("nodes")[0].GetProperty("position").GetInt64());
        }

        await using (var silo = await SiloHost.Start("second-chosen-c2a94e6170f3b85d", folder))
        {
            await silo.Admin.GetAsync("/api/v1/keys").Json();
            Assert.Equal("access.unknown_key", await silo.As("first-chosen-4f7c1b90e2d85a36").GetAsync("/api/v1/keys").Problem(401));

            // The evaluation key is no longer in the environment: it opens nothing.
            Assert.Equal("access.unknown_key", await silo.As("first-chosen-83d02e6b9fa1475c").GetAsync("/sdk/v1/table").Problem(401));
        }

        // Nor is the admin's: another one is made and printed.
        await using (var silo = await SiloHost.Start(adminKey: null, folder))
        {
            Assert.Equal("access.unknown_key", await silo.As("second-chosen-c2a94e6170f3b85d").GetAsync("/api/v1/keys").Problem(401));
            await silo.As(Assert.Single(KeyText().Matches(silo.Printed.ToString())).Value).GetAsync("/api/v1/keys").Json();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("change-me-admin-key")]
    public async Task Guessable_key_ends_the_start_unless_it_is_allowed_and_is_never_shown(string text)
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => SiloHost.Start(text));
        var error = Assert.Single(refused.Errors);
        Assert.StartsWith("ORCHESTRATOR_ADMIN_KEY is guessable: about ", error, StringComparison.Ordinal);
        Assert.DoesNotContain(text, error, StringComparison.Ordinal);

        await using var silo = await SiloHost.Start(text, settings: ["--Orchestrator:Auth:AllowWeakKeys=true"]);
        await silo.Admin.GetAsync("/api/v1/keys").Json();
    }

    [GeneratedRegex("rok_[a-z0-9]+_[0-9a-f]{64}")]
    private static partial Regex KeyText();
}
