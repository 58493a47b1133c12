using System.Net.Http.Json;
using static Orchestrator.Silo.Tests.Notifications.Telling;

namespace Orchestrator.Silo.Tests.Notifications;

public sealed class KillTests
{
    private const string Admin = SiloHost.AdminKey;

    [Fact]
    public async Task Kill_in_the_middle_loses_no_notification_and_changes_no_id()
    {
        await using var slow = await Receiver.Start();
        await using var fine = await Receiver.Start();
        var folder = Directory.CreateTempSubdirectory("silo-").FullName;
        slow.Hangs = true;
        await using (var silo = await SiloProcess.Start(folder, $"--ORCHESTRATOR_ADMIN_KEY={Admin}"))
        {
            var admin = silo.As(Admin);
            await admin.StartRollout(Channel("slow", slow.Address), Channel("fine", fine.Address));
            await admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
            await slow.Heard(1);
            await silo.Kill();
        }

        slow.Hangs = false;
        await using (var silo = await SiloProcess.Start(folder, $"--ORCHESTRATOR_ADMIN_KEY={Admin}"))
        {
            var admin = silo.As(Admin);

            // Another process counts where nobody here hears it: it is asked again as soon as it has answered.
            await Task.WhenAll(slow.Heard(4), fine.Heard(3));
            await admin.Notifications("delivered", 6, news: () => Task.CompletedTask);
            Assert.Empty(await admin.Notifications("pending", 0));
            Assert.Empty(await admin.Notifications("dead", 0));

            // Everybody was told everything, in order; what came twice came under one id.
            foreach (var receiver in (Receiver[])[slow, fine])
            {
                Assert.Equal(
                    ["PhaseStarted", "SegmentsIncluded", "RolledBack"],
                    receiver.Calls.DistinctBy(c => c.Id).Select(c => c.Data.GetProperty("event").GetProperty("type").GetString()));
            }

            // Only the one that was on its way comes again: no storm.
            Assert.Equal(4, slow.Calls.Count);
            Assert.InRange(fine.Calls.Count, 3, 4);
            var ids = slow.Calls.Select(c => c.Id[..36]).Distinct();
            Assert.Equal(ids, fine.Calls.Select(c => c.Id[..36]).Distinct());
            await silo.Kill();
        }

        Directory.Delete(folder, recursive: true);
    }
}
