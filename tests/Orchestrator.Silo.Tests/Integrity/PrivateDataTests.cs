using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>Data on the disk is for its owner alone.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PrivateDataTests
{
    private const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    [Fact]
    public async Task Every_file_is_0600_and_every_folder_0700_also_those_of_backups_and_restores()
    {
        var place = Path.Combine(Directory.CreateTempSubdirectory("private-").FullName, "deep");
        var data = Path.Combine(place, "data");
        await using (var silo = await SiloHost.Start(folder: data, settings: [$"--Orchestrator:Checkpoints:Folder={Path.Combine(place, "checkpoints")}", "--Orchestrator:Checkpoints:Every=1s"]))
        {
            await Everything.Make(silo);
            await Cluster.TestCluster.Until(
                silo.Admin, "/api/v1/nodes", _ => File.Exists(Path.Combine(place, "checkpoints", "checkpoint.json")) && Directory.Exists(Path.Combine(data, "kept")));
            await silo.Admin.GetAsync("/api/v1/checkpoint").Json();
            await EmbeddedBackup.Take(data, Path.Combine(place, "backups", "monday.db"));
            AllPrivate(place);
            await silo.Stopped(_ => EmbeddedBackup.Restore(data, Path.Combine(place, "backups", "monday.db"), (_, known) => Task.FromResult(known + 1))
                .GetAwaiter().GetResult());
            AllPrivate(place);
            Assert.NotEmpty(Directory.GetDirectories(data, "replaced-*"));
        }

        Directory.Delete(place, recursive: true);
    }

    [Fact]
    public async Task Only_what_an_earlier_build_left_open_is_tightened_with_a_line_in_the_log()
    {
        var data = Directory.CreateTempSubdirectory("private-").FullName;
        await using (await SiloProcess.Start(data))
        {
        }

        var foreign = Path.Combine(data, "notes.txt");
        await File.WriteAllTextAsync(foreign, "mine", TestContext.Current.CancellationToken);
        foreach (var file in Directory.GetFiles(data))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        File.SetUnixFileMode(data, (UnixFileMode)0b111_101_101);
        await using (var silo = await SiloProcess.Start(data))
        {
            Assert.Contains("were readable by other users", silo.Output, StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(data, "orchestrator.db")) & Others);
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(data) & Others);
            Assert.NotEqual(UnixFileMode.None, File.GetUnixFileMode(foreign) & Others);
        }

        await using (var silo = await SiloProcess.Start(data))
        {
            Assert.DoesNotContain("were readable by other users", silo.Output, StringComparison.Ordinal);
        }

        Directory.Delete(data, recursive: true);
    }

    private static void AllPrivate(string place)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(place, "*", SearchOption.AllDirectories).Prepend(place))
        {
            Assert.True((File.GetUnixFileMode(path) & Others) == UnixFileMode.None, $"{path} is {File.GetUnixFileMode(path)}");
        }
    }
}
