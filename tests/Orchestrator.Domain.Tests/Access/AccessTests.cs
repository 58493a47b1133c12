using System.Collections.Immutable;
using System.Text.Json;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Tests.Access;

public sealed class AccessTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly string KeyText = Key.Write("abc", new byte[Key.SecretBytes]);

    [Fact]
    public void Every_permission_has_a_row_and_only_machines_lack_read()
    {
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.NotEmpty(Permissions.Of(permission)));
        Assert.All(Enum.GetValues<Role>(), role => Assert.Equal(role is not (Role.Evaluation or Role.Ingest or Role.Browser), role.May(Permission.Read)));
    }

    [Fact]
    public void Taking_back_is_open_to_everyone_who_may_go_forward() =>
        Assert.Subset(Permissions.Of(Permission.RollBack).ToHashSet(), Permissions.Of(Permission.Operate).ToHashSet());

    [Fact]
    public void Whoever_may_read_the_table_is_a_service_bound_to_one_environment()
    {
        Assert.Equal([Role.Evaluation], Permissions.Of(Permission.Table));
        Assert.Equal([Role.Evaluation, Role.Browser], Permissions.Of(Permission.Evaluate));
        Assert.Equal([Role.Evaluation, Role.Browser], Enum.GetValues<Role>().Where(Roles.IsBound));
    }

    [Theory]
    [InlineData("evaluation", Role.Evaluation)]
    [InlineData("browser", Role.Browser)]
    public void Stored_key_keeps_its_role(string stored, Role role)
    {
        var json = $$"""{"id":"a","name":"n","role":"{{stored}}","environment":"production","hash":"h"}""";
        var created = new AccessEvent.KeyCreated("a", "n", role, "production", "h");
        Assert.Equal(created, JsonSerializer.Deserialize<AccessEvent.KeyCreated>(json, EventCatalog<AccessEvent>.Json));
        Assert.Contains($"\"role\":\"{stored}\"", JsonSerializer.Serialize(created, EventCatalog<AccessEvent>.Json), StringComparison.Ordinal);
    }

    [Fact]
    public void Roles_survive_being_written() => Assert.All(Enum.GetValues<Role>(), role => Assert.True(Roles.TryParse(role.Name(), out var read) && read == role));

    [Fact]
    public void Key_that_is_created_opens_and_after_it_is_revoked_does_not()
    {
        var created = Given(Created("abc", Role.Viewer, KeyText));
        Assert.True(new KeyRing(created).TryFind(KeyText, out var key));
        Assert.Equal("abc", key.Id);
        Assert.False(new KeyRing(created).TryFind(KeyText + "0", out _));
        Assert.False(new KeyRing(created).TryFind(new string('x', 10_000), out _));
        Assert.False(new KeyRing(Given(Created("abc", Role.Viewer, KeyText), new AccessEvent.KeyRevoked("abc"))).TryFind(KeyText, out _));
    }

    [Fact]
    public void Key_is_looked_up_without_allocating()
    {
        var ring = new KeyRing(Given(Created("abc", Role.Evaluation, KeyText)));
        for (var i = 0; i < 100; i++)
        {
            ring.TryFind(KeyText, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            ring.TryFind(KeyText, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Last_admin_key_is_not_revoked()
    {
        var state = Given(Created("a", Role.Admin, "first-admin-key-text"), Created("v", Role.Viewer, KeyText));
        Assert.Equal("key.last_admin", Refused(state, new AccessCommand.Revoke("a")));
        Assert.Single(Accepted(state, new AccessCommand.Revoke("v")));
    }

    [Fact]
    public void Bootstrap_makes_a_key_only_while_no_admin_can_come_in()
    {
        var bootstrap = new AccessCommand.Bootstrap("b", "first", "h");
        Assert.Single(Accepted(AccessState.Initial, bootstrap));
        Assert.Single(Accepted(Given(Created("v", Role.Viewer, KeyText)), bootstrap));
        Assert.Empty(Accepted(Given(Created("a", Role.Admin, KeyText)), bootstrap));
    }

    [Fact]
    public void Set_is_idempotent_and_a_changed_value_replaces_the_old()
    {
        var state = Given(Created("env-admin", Role.Admin, "one"));
        Assert.Empty(Accepted(state, new AccessCommand.Set("env-admin", "x", Role.Admin, null, Key.HashOf("one"))));
        var changed = Accepted(state, new AccessCommand.Set("env-admin", "x", Role.Admin, null, Key.HashOf("two")));
        var ring = new KeyRing(changed.Aggregate(state, (s, e) => s.Evolve(Happened(e))));
        Assert.False(ring.TryFind("one", out _));
        Assert.True(ring.TryFind("two", out _));
    }

    private static AccessEvent Created(string id, Role role, string text) => new AccessEvent.KeyCreated(id, id, role, null, Key.HashOf(text));

    private static Happened<AccessEvent> Happened(AccessEvent e) => new(1, At, Actor.System, e);

    private static AccessState Given(params AccessEvent[] events) => events.Aggregate(AccessState.Initial, (state, e) => state.Evolve(Happened(e)));

    private static ImmutableArray<AccessEvent> Accepted(AccessState state, AccessCommand command) =>
        Assert.IsType<Decision<AccessEvent>.Accepted>(AccessDecider.Decide(state, command)).Events;

    private static string Refused(AccessState state, AccessCommand command) =>
        Assert.IsType<Decision<AccessEvent>.Refused>(AccessDecider.Decide(state, command)).Code;
}
