using System.Text;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Azure;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>Other processes on the same container or table, and faults of a service at a distance.</summary>
public sealed class AzureConflictTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_writers_with_one_tag_the_second_is_refused_until_it_reads_again(bool table)
    {
        var settings = Settings(table);
        using var one = new States(settings);
        using var two = new States(settings);
        await one.Write(1);
        var (first, second) = (await one.Read(), await two.Read());

        await one.Write(2, first);
        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => two.Write(3, second));

        Assert.Equal((first.ETag, second.ETag), (refused.StoredEtag, refused.CurrentEtag));
        Assert.StartsWith("ETag conflict: the write of state ", refused.Message, StringComparison.Ordinal);
        Assert.Equal([2], (await two.Read()).State);
        await two.Write(3, await two.Read());
        Assert.Equal([3], (await one.Read()).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_state_deleted_behind_our_back_refuses_write_and_clear_and_reads_as_new(bool table)
    {
        using var states = new States(Settings(table));
        var state = await states.Write(1);
        await states.DeleteAll();

        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => states.Write(2, state));
        Assert.Equal((null, state.ETag), (refused.StoredEtag, refused.CurrentEtag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => states.Clear(state));

        var read = await states.Read();
        Assert.Equal((0, null, false), (read.State!.Count, read.ETag, read.RecordExists));
        await states.Write(2, read);
        Assert.Equal([2], (await states.Read()).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_container_or_table_deleted_behind_our_back_is_made_again_for_a_new_state(bool table)
    {
        using var states = new States(Settings(table));
        var state = await states.Write(1);
        await states.DeletePlace();

        await Assert.ThrowsAsync<InconsistentStateException>(() => states.Write(2, state));
        await Assert.ThrowsAsync<InconsistentStateException>(() => states.Clear(state));
        Assert.False((await states.Read()).RecordExists);

        await states.Write(3);
        Assert.Equal([3], (await states.Read()).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_whose_answer_was_lost_is_no_conflict_with_itself(bool table)
    {
        var settings = Settings(table);
        using var lossy = new LosingAnswers();
        var connection = azurite.ConnectionString();
        using var states = new States(settings, lossy.Blobs(connection), lossy.Tables(connection));
        await states.Storage();

        lossy.LoseNext();
        var state = await states.Write(1);
        lossy.LoseNext();
        await states.Write(2, state);

        Assert.Equal(2, lossy.Lost);
        var read = await states.Read();
        Assert.Equal((2, state.ETag), (read.State![0], read.ETag));
        await states.Write(3, state);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Any_name_of_a_state_or_grain_has_a_place_of_its_own(bool table)
    {
        using var states = new States(Settings(table));
        var longest = new string('ß', 2000);
        string[] names =
        [
            ".", "..", "../x", "a/b", "a//b", "a?b#c", "a%2Fb", "a_2Fb", "a_b", "a b", " ", "a\\b", "größe 🚦", "A", "a", "a.", "a.json", "a.json-b", "~",
            "\u0001", "'", longest, longest + "x",
        ];
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

    [Fact]
    public async Task A_blob_of_an_earlier_build_is_read_and_written_under_its_name_and_in_its_format()
    {
        using var states = new States(Settings(table: false));
        await states.Storage();
        await states.Container.UploadBlobAsync("metrics%2Fslot-1/metrics%2Fr%2E1.json", BinaryData.FromString("[7]"));

        var state = await states.Read("metrics/slot-1", "r.1");
        Assert.Equal([7], state.State);

        await states.Write(8, state, "metrics/slot-1", "r.1");
        var blob = Assert.Single(await states.Container.GetBlobsAsync().ToListAsync());
        Assert.Equal(("metrics%2Fslot-1/metrics%2Fr%2E1.json", "application/json"), (blob.Name, blob.Properties.ContentType));
        var content = await states.Container.GetBlobClient(blob.Name).DownloadContentAsync();
        Assert.Equal("[8]", content.Value.Content.ToString());
    }

    [Fact]
    public async Task A_state_too_large_for_a_row_is_one_sentence_and_changes_nothing()
    {
        using var states = new States(Settings(table: true));
        var storage = await states.Storage();
        var grain = GrainId.Create("metrics", "r1");
        var state = new GrainState<string>("small");
        await storage.WriteStateAsync("window", grain, state);

        state.State = new string('x', StoredJson.InRow.Longest);
        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => storage.WriteStateAsync("window", grain, state));

        Assert.Matches(@"^State window of metrics/r1 has \d+ bytes; a row of Azure Table Storage at \S+ holds 983008\. Keep grain state in blobs\.$", refused.Message);
        var read = new GrainState<string>();
        await storage.ReadStateAsync("window", grain, read);
        Assert.Equal(("small", state.ETag), (read.State, read.ETag));
    }

    [Fact]
    public async Task A_row_holds_the_mark_of_its_write_and_then_the_JSON()
    {
        using var states = new States(Settings(table: true));
        await states.Write(1);

        var row = Assert.Single(await states.Table.QueryAsync<global::Azure.Data.Tables.TableEntity>().ToListAsync());

        Assert.Equal(("orchestrator_grain_metrics_2Fr1", "window"), (row.PartitionKey, row.RowKey));
        Assert.Matches("^[0-9a-f]{32}\\[1\\]$", Encoding.UTF8.GetString(row.GetBinary("Data")));
    }

    private AzureGrainStateSettings Settings(bool table) => table ? azurite.Table() : azurite.Settings();
}
