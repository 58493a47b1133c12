using System.Collections.Concurrent;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Serialization;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>The threads that read large bodies.</summary>
public sealed class LargeBodiesTests
{
    private const int Large = LargeBodies.Least;
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Large_bodies_are_read_one_after_the_other_and_a_small_one_waits_for_none()
    {
        using var bodies = new LargeBodies(1);
        using var held = new Held(bodies);
        var second = bodies.Run(BodyOf.Key, "b", Large, () => 2, Stop);

        Assert.Equal(1, await bodies.Run(BodyOf.Key, "c", Large - 1, () => 1, Stop));
        Assert.False(second.IsCompleted);

        held.Release();
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task Senders_take_turns_and_rollouts_alternate_with_keys()
    {
        using var bodies = new LargeBodies(1);
        using var held = new Held(bodies);
        var order = new ConcurrentQueue<string>();
        Task Body(BodyOf kind, string sender, string name) => bodies.Run(kind, sender, Large, () => Noted(name), Stop);
        bool Noted(string name)
        {
            order.Enqueue(name);
            return true;
        }

        Task[] all =
        [
            Body(BodyOf.Key, "flood", "flood-1"), Body(BodyOf.Key, "flood", "flood-2"), Body(BodyOf.Key, "flood", "flood-3"),
            Body(BodyOf.Key, "other", "other"), Body(BodyOf.Rollout, "r1", "samples"),
        ];
        held.Release();
        await Task.WhenAll(all);

        Assert.Equal(["samples", "flood-1", "other", "flood-2", "flood-3"], order);
    }

    [Fact]
    public async Task Body_of_a_client_that_went_is_not_read()
    {
        using var bodies = new LargeBodies(1);
        using var held = new Held(bodies);
        using var leaves = new CancellationTokenSource();
        var read = 0;
        var waiting = bodies.Run(BodyOf.Key, "b", Large, () => read++, leaves.Token);

        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held.Release();
        await bodies.Run(BodyOf.Key, "c", Large, () => 0, Stop);
        Assert.Equal(0, read);
    }

    [Fact]
    public async Task Body_that_fails_fails_alone_and_bodies_after_the_end_are_read_by_their_callers()
    {
        var bodies = new LargeBodies(1);
        await Assert.ThrowsAsync<IOException>(() => bodies.Run<int>(BodyOf.Key, "a", Large, () => throw new IOException(), Stop));
        Assert.Equal(1, await bodies.Run(BodyOf.Key, "a", Large, () => 1, Stop));

        bodies.Dispose();

        var caller = Environment.CurrentManagedThreadId;
        Assert.Equal(caller, await bodies.Run(BodyOf.Key, "a", Large, () => Environment.CurrentManagedThreadId, Stop));
    }

    [Fact]
    public async Task Large_plans_and_samples_wait_while_decisions_and_rollbacks_are_answered()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Yaml(Plans.Checkout), Stop).Json(201);
        var created = new { id = "r1", plan = "checkout", environment = "production" };
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", created, Stop).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }, Stop).Json();
        var bodies = silo.Services.GetRequiredService<LargeBodies>();
        var held = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount / 2)).Select(_ => new Held(bodies)).ToArray();
        Assert.All(held, one => one.Begun.Wait(Stop));

        var padding = new string('x', Large);
        var plan = silo.Admin.PostAsync("/api/v1/plans/validate", Yaml($"# {padding}\n{Plans.Checkout}"), Stop);
        var stored = silo.Admin.PutAsync("/api/v1/plans/checkout", Yaml($"# {padding}\n{Plans.Checkout}"), Stop);
        var sample = new { variant = "new", counters = new { requests = 1 } };
        var samples = silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/metrics", new { samples = new[] { sample }, padding }, Stop);
        await silo.Admin.PostAsync("/api/v1/plans/validate", Yaml(Plans.Checkout), Stop).Json();
        var asked = new { flag = "useNewCheckout", context = new { targetingKey = "u" } };
        await silo.Admin.PostAsJsonAsync("/api/v1/environments/production/explain", asked, Stop).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }, Stop).Json();
        Assert.All((Task[])[plan, stored, samples], one => Assert.False(one.IsCompleted));

        Array.ForEach(held, one => one.Release());
        await plan.Json();
        await stored.Json();
        await samples.Json(202);
        Array.ForEach(held, one => one.Dispose());
    }

    private static StringContent Yaml(string text) => Answers.Text(text, "application/yaml");

    /// <summary>A body that is being read until it is released.</summary>
    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim _released = new();
        private readonly Task _reading;

        public Held(LargeBodies bodies)
        {
            _reading = bodies.Run(BodyOf.Key, $"held-{Guid.NewGuid():N}", Large, () =>
            {
                Begun.Set();
                _released.Wait();
                return true;
            });
        }

        public ManualResetEventSlim Begun { get; } = new();

        public void Release() => _released.Set();

        public void Dispose()
        {
            Release();
            _reading.Wait();
            _released.Dispose();
            Begun.Dispose();
        }
    }
}
