using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Start;

public sealed class ProcessTests
{
    private const string Key = SiloHost.AdminKey;

    [Fact]
    public async Task Kill_in_the_middle_loses_nothing_that_was_answered_and_a_start_is_quiet()
    {
        var folder = Directory.CreateTempSubdirectory("silo-").FullName;
        await using (var silo = await SiloProcess.Start(folder, $"--ORCHESTRATOR_ADMIN_KEY={Key}"))
        {
            var lines = silo.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(lines.Length <= 4, silo.Output);
            Assert.DoesNotContain(Key, silo.Output, StringComparison.Ordinal);
            await silo.As(Key).PutAsJsonAsync("/api/v1/environments/staging/flags/one", new { value = 1 }).Json();
            await silo.Kill();
        }

        await using (var silo = await SiloProcess.Start(folder, $"--ORCHESTRATOR_ADMIN_KEY={Key}"))
        {
            var flag = await silo.As(Key).GetAsync("/api/v1/environments/staging/flags/one").Json();
            Assert.Equal(1, flag.GetProperty("value").GetInt32());
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Second_process_on_the_same_folder_is_refused_in_words()
    {
        var folder = Directory.CreateTempSubdirectory("silo-").FullName;
        await using (await SiloProcess.Start(folder))
        {
            var (exit, output) = await SiloProcess.RunToEnd("--urls", "http://127.0.0.1:0", $"--Orchestrator:Data={folder}");
            Assert.Equal(3, exit);
            Assert.Contains(folder, output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }
}
