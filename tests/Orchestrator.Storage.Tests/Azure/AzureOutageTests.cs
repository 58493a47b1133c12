using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>The service goes away and comes back.</summary>
public sealed class AzureOutageTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_and_restarted_it_goes_on_where_it_was_and_an_outage_is_no_conflict(bool table)
    {
        using var states = new States(table ? azurite.Table() : azurite.Settings());
        var state = await states.Write(1);
        var tag = state.ETag!;
        await azurite.Saved(tag);
        await azurite.Kill();

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => states.Write(2, state));
        Assert.Matches(table ? "^Azure Table Storage at .* cannot be reached" : "^Azure Blob Storage at .* cannot be reached", refused.Message);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => states.Read());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => states.Clear(state));
        Assert.Equal((tag, true), (state.ETag, state.RecordExists));

        await azurite.Start();
        Assert.Equal([1], (await states.Read()).State);
        await states.Write(2, state);
        Assert.Equal([2], (await states.Read()).State);
    }
}
