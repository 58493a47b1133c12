using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>Others in the same container, and what only a service at a distance can do.</summary>
public sealed class AzureConflictTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task Of_two_processes_with_one_tag_the_second_is_refused_and_may_write_after_reading_again()
    {
        var container = "two-" + Guid.NewGuid().ToString("N");
        using var one = new States(azurite.Settings(container: container));
        using var two = new States(azurite.Settings(container: container));
        await one.Write(1);
        var (first, second) = (await one.Read(), await two.Read());

        await one.Write(2, first);
        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => two.Write(3, second));

        Assert.Equal((first.ETag, second.ETag), (refused.StoredEtag, refused.CurrentEtag));
        Assert.Equal([2], (await two.Read()).State);
        await two.Write(3, await two.Read());
        Assert.Equal([3], (await one.Read()).State);
    }

    [Fact]
    public async Task A_blob_deleted_behind_our_back_refuses_write_and_clear_and_reads_as_new()
    {
        using var states = new States(azurite.Settings());
        var state = await states.Write(1);
        await foreach (var blob in states.Container.GetBlobsAsync())
        {
            await states.Container.DeleteBlobAsync(blob.Name);
        }

        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => states.Write(2, state));
        Assert.Equal((null, state.ETag), (refused.StoredEtag, refused.CurrentEtag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => states.Clear(state));

        var read = await states.Read();
        Assert.Equal((0, null, false), (read.State!.Count, read.ETag, read.RecordExists));
        await states.Write(2, read);
        Assert.Equal([2], (await states.Read()).State);
    }

    [Fact]
    public async Task A_container_deleted_behind_our_back_refuses_who_knew_it_and_is_made_again_for_a_new_state()
    {
        using var states = new States(azurite.Settings());
        var state = await states.Write(1);
        await states.Container.DeleteAsync();

        await Assert.ThrowsAsync<InconsistentStateException>(() => states.Write(2, state));
        await Assert.ThrowsAsync<InconsistentStateException>(() => states.Clear(state));
        Assert.False((await states.Read()).RecordExists);

        await states.Write(3);
        Assert.Equal([3], (await states.Read()).State);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_no_conflict_with_itself()
    {
        var settings = azurite.Settings();
        using var lossy = new LosingAnswers();
        using var states = new States(settings, lossy.Client(azurite.ConnectionString()));
        await settings.Client().CreateBlobContainerAsync(settings.Container);

        lossy.LoseNext();
        var state = await states.Write(1);
        lossy.LoseNext();
        await states.Write(2, state);

        Assert.Equal(2, lossy.Lost);
        var read = await states.Read();
        Assert.Equal((2, state.ETag), (read.State![0], read.ETag));
        await states.Write(3, state);
    }

    [Fact]
    public async Task Any_name_of_a_state_or_grain_has_a_place_of_its_own()
    {
        using var states = new States(azurite.Settings());
        var longest = new string('ß', 2000);
        string[] names = [".", "..", "../x", "a/b", "a//b", "a?b#c", "a%2Fb", "a b", " ", "a\\b", "größe 🚦", "A", "a", "a.", "~", "\u0001", longest, longest + "x"];
        var all = names.SelectMany(name => new[] { (Name: name, Grain: "1"), (Name: "window", Grain: "r" + name) }).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            await states.Write(i, null, all[i].Name, all[i].Grain);
        }

        for (var i = 0; i < all.Length; i++)
        {
            Assert.Equal([i], (await states.Read(all[i].Name, all[i].Grain)).State);
        }
    }
}
