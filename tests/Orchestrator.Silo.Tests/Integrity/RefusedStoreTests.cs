using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>
/// The real executable on stores that are none: one sentence, the documented exit code, no stack trace, and nothing is changed.
/// </summary>
public sealed class RefusedStoreTests : IAsyncLifetime
{
    private const int StoreRefused = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("silo-").FullName;

    private string Database => Path.Combine(_folder, "orchestrator.db");

    /// <summary>A store with a log.</summary>
    public async ValueTask InitializeAsync()
    {
        await using var silo = await SiloHost.Start(folder: _folder);
        await Everything.Make(silo);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public Task An_empty_file_where_a_log_was_is_no_new_store() => Refused(() => File.WriteAllBytes(Database, []), "has had a log", "is empty");

    [Fact]
    public Task A_missing_file_where_a_log_was_is_no_new_store() => Refused(() => File.Delete(Database), "has had a log", "is missing");

    [Fact]
    public Task A_file_of_noise_is_refused() => Refused(() => File.WriteAllBytes(Database, RandomNumberGenerator.GetBytes(100_000)), "is no SQLite database");

    [Fact]
    public Task A_file_of_a_few_bytes_is_refused() => Refused(() => File.WriteAllText(Database, "SQLite"), "is no SQLite database");

    [Fact]
    public Task Half_a_file_is_refused() => Refused(
        () =>
        {
            using var file = File.Open(Database, FileMode.Open);
            file.SetLength(file.Length / 2);
        },
        "is cut off");

    [Fact]
    public Task A_file_with_a_damaged_page_is_refused() => Refused(
        () =>
        {
            using var file = File.Open(Database, FileMode.Open);
            file.Position = 4096;
            file.Write(RandomNumberGenerator.GetBytes((int)file.Length - 4096));
        },
        "is damaged");

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_as_it_is()
    {
        File.Delete(Database);
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE meta (key TEXT, value TEXT); CREATE TABLE photos (id INTEGER)";
            command.ExecuteNonQuery();
        }

        await Refused(() => { }, "is a database of another program");
        using var look = new SqliteConnection($"Data Source={Database};Pooling=False;Mode=ReadOnly");
        look.Open();
        using var count = look.CreateCommand();
        count.CommandText = "SELECT count(*) FROM sqlite_master";
        Assert.Equal(2L, count.ExecuteScalar());
    }

    [Fact]
    public async Task A_read_only_file_system_is_refused()
    {
        using var disk = SmallDisk.Mount();
        await using (await SiloProcess.Start(disk.Data))
        {
        }

        disk.MakeReadOnly();
        var (exit, output) = await SiloProcess.RunToEnd("--urls", "http://127.0.0.1:0", $"--Orchestrator:Data={disk.Data}");
        Told(exit, output, "cannot be opened for writing");
    }

    [Theory]
    [InlineData("backup", "--to")]
    [InlineData("restore", "--from")]
    [InlineData("verify", "--checkpoint")]
    public async Task Commands_on_a_file_of_noise_end_with_one_sentence(string command, string option)
    {
        var file = Path.Combine(_folder, "file");
        if (command != "backup")
        {
            await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(100_000), TestContext.Current.CancellationToken);
        }
        else
        {
            await File.WriteAllBytesAsync(Database, RandomNumberGenerator.GetBytes(100_000), TestContext.Current.CancellationToken);
        }

        var (exit, output) = await SiloProcess.RunToEnd(command, option, file, $"--Orchestrator:Data={_folder}");

        Assert.Equal(1, exit);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private async Task Refused(Action spoil, params string[] sentence)
    {
        spoil();
        var before = File.Exists(Database) ? SHA256.HashData(await File.ReadAllBytesAsync(Database)) : [];
        var (exit, output) = await SiloProcess.RunToEnd("--urls", "http://127.0.0.1:0", $"--Orchestrator:Data={_folder}");
        Told(exit, output, sentence);
        Assert.Equal(before, File.Exists(Database) ? SHA256.HashData(await File.ReadAllBytesAsync(Database)) : []);
    }

    private static void Told(int exit, string output, params string[] sentence)
    {
        Assert.True(exit == StoreRefused, $"Ended with {exit}: {output}");
        Assert.All(sentence, part => Assert.Contains(part, output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
