using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Azure;
using Orleans.Serialization;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>The door, and what it says when it does not open.</summary>
public sealed class AzureGrainStateTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const string SomeKey = "c29tZWJvZHkgZWxzZSdzIGtleQ==";

    [Fact]
    public async Task The_container_is_made_and_blobs_replace_the_embedded_storage_as_the_default()
    {
        using var folder = new Folder();
        var settings = azurite.Settings();
        for (var start = 0; start < 2; start++)
        {
            using var host = Host(settings, services => services.AddEmbeddedStorage(folder.Path));
            await host.StartAsync();

            Assert.True(await settings.Blobs().GetBlobContainerClient(settings.Container).ExistsAsync());
            Assert.IsType<AzureGrainStorage>(host.Services.GetRequiredKeyedService<IGrainStorage>("Default"));
            Assert.IsType<AzureGrainStorage>(host.Services.GetRequiredService<IGrainStorage>());
            await host.StopAsync();
        }
    }

    [Fact]
    public async Task The_table_is_made_and_is_the_default_storage()
    {
        var settings = azurite.Table();
        using var host = Host(settings, _ => { });
        await host.StartAsync();

        Assert.Single(await settings.Tables().QueryAsync(t => t.Name == settings.Table).ToListAsync());
        Assert.IsType<AzureGrainStorage>(host.Services.GetRequiredKeyedService<IGrainStorage>("Default"));

        // The silo initializes the provider of tables.
        Assert.Single(host.Services.GetServices<ILifecycleParticipant<ISiloLifecycle>>(), participant => participant is AzureGrainStorage);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_wrong_key_for_a_table_is_one_sentence_and_nothing_else_starts()
    {
        var message = await Refusal(azurite.Table("grainstate", SomeKey));

        Assert.Matches(@"^Azure Table Storage at http://127\.0\.0\.1:\d+/orchestrator/grainstate refuses this process \(\w+\): check the account key, or the role of its identity\.$", message);
        Assert.DoesNotContain(SomeKey, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_one_sentence_and_nothing_else_starts()
    {
        var message = await Refusal(azurite.Settings(SomeKey, "grainstate"));

        Assert.Matches(@"^Azure Blob Storage at http://127\.0\.0\.1:\d+/orchestrator/grainstate refuses this process \(\w+\): check the account key, or the role of its identity\.$", message);
        Assert.DoesNotContain(SomeKey, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closed_port_is_one_sentence()
    {
        var message = await Refusal(At(Azurite.FreePort()));

        Assert.Matches(@"^Azure Blob Storage at http://127\.0\.0\.1:\d+/a/grainstate cannot be reached: Connection refused\.$", message);
    }

    [Fact]
    public async Task Server_that_never_answers_is_one_sentence()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var message = await Refusal(At(((IPEndPoint)silent.LocalEndpoint).Port));

        Assert.Matches(@"^Azure Blob Storage at http://127\.0\.0\.1:\d+/a/grainstate did not answer in time: check the address and the network\.$", message);
    }

    [Fact]
    public void Settings_that_are_right_have_no_errors()
    {
        Assert.Empty(AzureGrainStateSettings.Errors(Azurite.Configuration(("ConnectionString", azurite.ConnectionString()))));
        Assert.Empty(AzureGrainStateSettings.Errors(Azurite.Configuration(("ServiceUri", "https://account.blob.core.windows.net"), ("Container", "grain-state-1"))));
        Assert.Empty(AzureGrainStateSettings.Errors(new ConfigurationBuilder().Build()));
        Assert.Empty(AzureGrainStateSettings.Errors(Azurite.Configuration(
            ("ConnectionString", "AccountName=a;AccountKey=AAAA;TableEndpoint=http://127.0.0.1/a"), ("Table", "states"))));
        var byIdentity = AzureGrainStateSettings.Read(Azurite.Configuration(("ServiceUri", "https://account.blob.core.windows.net"), ("Table", "states")));
        Assert.Equal("https://account.table.core.windows.net/", byIdentity.Tables().Uri.ToString());
        Assert.Equal("grainstate", AzureGrainStateSettings.Read(Azurite.Configuration(("ConnectionString", azurite.ConnectionString()))).Container);
    }

    [Theory]
    [InlineData(null, null, null, "ConnectionString or ServiceUri is needed, because Orchestrator:GrainState is azure")]
    [InlineData("UseDevelopmentStorage=true", "https://a.blob.core.windows.net", null, "ConnectionString and ServiceUri exclude each other")]
    [InlineData("nonsense", null, null, "ConnectionString is no connection string of a storage account")]
    [InlineData("AccountName=a;AccountKey=???;BlobEndpoint=http://127.0.0.1/a", null, null, "ConnectionString is no connection string of a storage account")]
    [InlineData(null, "account", null, "ServiceUri must be like https://account.blob.core.windows.net")]
    [InlineData(null, "http://a.blob.core.windows.net", null, "ServiceUri must be like https://account.blob.core.windows.net")]
    [InlineData(null, "https://a.blob.core.windows.net?sig=secret", null, "without a query, but is 'https://a.blob.core.windows.net/'")]
    [InlineData("UseDevelopmentStorage=true", null, "Grain_State", "Container must be 3 to 63 lower case letters, digits and single hyphens, but is 'Grain_State'")]
    [InlineData("UseDevelopmentStorage=true", null, "a--b", "Container must be 3 to 63 lower case letters")]
    [InlineData("UseDevelopmentStorage=true", null, "ab", "Container must be 3 to 63 lower case letters")]
    [InlineData("UseDevelopmentStorage=true", null, null, "Table must be 3 to 63 letters and digits and begin with a letter, but is 'grain-state'", "grain-state")]
    [InlineData("UseDevelopmentStorage=true", null, "states", "Container and Orchestrator:Azure:Table exclude each other", "states")]
    [InlineData(null, "https://storage.example.com", null, "ServiceUri must be like https://account.blob.core.windows.net, because the address of the table", "states")]
    public void Each_mistake_in_the_settings_is_one_sentence(
        string? connection, string? uri, string? container, string expected, string? table = null)
    {
        (string Key, string? Value)[] given = [("ConnectionString", connection), ("ServiceUri", uri), ("Container", container), ("Table", table)];
        var configuration = Azurite.Configuration([.. given.Where(s => s.Value is not null).Select(s => (s.Key, s.Value!))]);

        var error = Assert.Single(AzureGrainStateSettings.Errors(configuration));

        Assert.StartsWith("Orchestrator:Azure:", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<StorageUnavailableException>(() => AzureGrainStateSettings.Read(configuration)).Message);
    }

    private static AzureGrainStateSettings At(int port) => AzureGrainStateSettings.Read(Azurite.Configuration(
        ("ConnectionString", string.Create(CultureInfo.InvariantCulture, $"AccountName=a;AccountKey={SomeKey};BlobEndpoint=http://127.0.0.1:{port}/a"))));

    private static async Task<string> Refusal(AzureGrainStateSettings settings)
    {
        var started = false;
        using var host = Host(settings, services => services.AddHostedService(_ => new Starting(() => started = true)));

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => host.StartAsync());

        Assert.False(started);
        return refused.Message;
    }

    private static IHost Host(AzureGrainStateSettings settings, Action<IServiceCollection> before)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSerializer();
        before(builder.Services);
        builder.Services.AddAzureGrainState(settings);
        return builder.Build();
    }

    private sealed class Starting(Action start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
