using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>The gate of reads that cost much.</summary>
public sealed class ExpensiveReadsTests
{
    private static readonly ApiResult Done = new ApiResult.NoContent();
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_take_turns_and_one_key_takes_half_of_the_places()
    {
        using var gate = new ExpensiveReads(1);
        var first = new TaskCompletionSource<ApiResult>();
        var began = 0;
        Task<ApiResult> Read(string key) => gate.Run(key, () => { Interlocked.Increment(ref began); return first.Task; }, Stop);

        Task<ApiResult>[] reads = [.. Enumerable.Range(0, ExpensiveReads.Most / 2).Select(_ => Read("a"))];
        var tooMany = Assert.IsType<ApiResult.Problem>(await Read("a"));
        reads = [.. reads, .. Enumerable.Range(0, ExpensiveReads.Most / 2).Select(i => Read("b"))];
        var full = Assert.IsType<ApiResult.Problem>(await Read("c"));

        Assert.Equal(1, began);
        Assert.All((ApiResult.Problem[])[tooMany, full], one => Assert.Equal((503, "node.too_many_reads"), (one.Status, one.Code)));
        Assert.All((ApiResult.Problem[])[tooMany, full], one => Assert.InRange(one.RetryAfter!.Value, 1, 10));
        first.SetResult(Done);
        Assert.All(await Task.WhenAll(reads), answer => Assert.Same(Done, answer));
        Assert.Equal(0, gate.Now);
    }

    [Fact]
    public async Task Client_that_goes_while_it_waits_gives_its_place_back()
    {
        using var gate = new ExpensiveReads(1);
        var first = new TaskCompletionSource<ApiResult>();
        var reading = gate.Run("a", () => first.Task, Stop);
        using var leaves = new CancellationTokenSource();
        var waiting = gate.Run("b", () => Task.FromResult(Done), leaves.Token);
        Assert.Equal(2, gate.Now);

        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, gate.Now);
        first.SetResult(Done);
        await reading;
        Assert.Same(Done, await gate.Run("c", () => Task.FromResult(Done), Stop));
    }

    [Fact]
    public async Task Client_that_reads_a_file_slowly_holds_a_place_and_no_turn()
    {
        using var gate = new ExpensiveReads(1);
        var slowly = new TaskCompletionSource();
        var file = Assert.IsType<ApiResult.Written>(gate.InPieces("a", async (_, turn) =>
        {
            Assert.Equal(1, await turn.Run(() => Task.FromResult(1)));
            await slowly.Task;
        }));
        var writing = file.Write(new DefaultHttpContext());

        Assert.Same(Done, await gate.Run("b", () => Task.FromResult(Done), Stop));

        Assert.Equal(1, gate.Now);
        slowly.SetResult();
        await writing;
        Assert.Equal(0, gate.Now);
    }

    [Fact]
    public async Task Client_of_a_file_that_goes_while_it_waits_for_a_turn_gives_its_place_back()
    {
        using var gate = new ExpensiveReads(1);
        var first = new TaskCompletionSource<ApiResult>();
        var reading = gate.Run("a", () => first.Task, Stop);
        using var leaves = new CancellationTokenSource();
        var file = Assert.IsType<ApiResult.Written>(gate.InPieces("b", (_, turn) => turn.Run(() => Task.FromResult(1))));
        var writing = file.Write(new DefaultHttpContext { RequestAborted = leaves.Token });
        Assert.Equal(2, gate.Now);

        await leaves.CancelAsync();

        await writing;
        Assert.Equal(1, gate.Now);
        first.SetResult(Done);
        await reading;
    }

    [Fact]
    public async Task Read_that_fails_leaves_its_place_to_the_next()
    {
        using var gate = new ExpensiveReads(1);

        await Assert.ThrowsAsync<IOException>(() => gate.Run("a", () => throw new IOException(), Stop));

        Assert.Same(Done, await gate.Run("a", () => Task.FromResult(Done), Stop));
    }

    [Fact]
    public async Task Page_of_events_is_answered_while_every_turn_of_expensive_reads_is_taken()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsync("/api/v1/rollouts", Answers.Text("""{"id":"r1","plan":"checkout","environment":"production"}""")).Json(201);
        var held = new TaskCompletionSource<ApiResult>();
        var gate = silo.Services.GetRequiredService<ExpensiveReads>();
        Task[] reads = [.. Enumerable.Range(0, ExpensiveReads.Most).Select(i => gate.Run($"k{i % 2}", () => held.Task, Stop))];

        Assert.Equal("node.too_many_reads", await silo.Admin.GetAsync("/api/v1/rollouts/r1/history?format=csv").Problem(503));
        var page = await silo.Admin.GetAsync("/api/v1/rollouts/r1/history").Json();
        Assert.Equal(1, page.GetProperty("events").GetArrayLength());

        held.SetResult(Done);
        await Task.WhenAll(reads);
    }
}
