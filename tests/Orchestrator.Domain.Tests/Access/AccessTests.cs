using System.Collections.Immutable;
using System.Text.Json;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Tests.Access;

public sealed class AccessTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly KeyPepper Pepper = new(new byte[32]);
    private static readonly string KeyText = Key.Write("abc", new byte[Key.SecretBytes]);

    [Fact]
    public void Every_permission_has_a_row_and_only_machines_lack_read()
    {
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.NotEmpty(Permissions.Of(permission)));
        Assert.All(Enum.GetValues<Role>(),
            role => Assert.Equal(role is not (Role.Evaluation or Role.Ingest or Role.Browser), role.May(Permission.Read)));
    }

    [Fact]
    public void Taking_back_is_open_to_everyone_who_may_go_forward() =>
        Assert.Subset(Permissions.Of(Permission.RollBack).ToHashSet(), Permissions.Of(Permission.Operate).ToHashSet());

    [Fact]
    public void Readers_of_the_table_are_services_bound_to_one_environment()
    {
        Assert.Equal([Role.Evaluation], Permissions.Of(Permission.Table));
        Assert.Equal([Role.Evaluation, Role.Browser], Permissions.Of(Permission.Evaluate));
        Assert.Equal([Role.Evaluation, Role.Browser], Enum.GetValues<Role>().Where(Roles.IsBound));
    }

    [Fact]
    public void A_name_is_that_of_the_moment_and_before_the_first_one_the_first()
    {
        var state = AccessState.Initial;
        void At(int day, AccessEvent happened) =>
            state = state.Evolve(new Happened<AccessEvent>(day, AccessTests.At.AddDays(day), Actor.System, happened));
        At(1, new AccessEvent.PersonNamed("oidc:ada", "Ada Byron"));
        At(2, new AccessEvent.KeyCreated("deploy", "deploy bot", Role.Engineering, null, "h1"));
        At(3, new AccessEvent.PersonNamed("oidc:ada", "Ada Lovelace"));
        At(4, new AccessEvent.KeyCreated("deploy", "release bot", Role.Engineering, null, "h2"));

        Assert.Equal(
            ["Ada Byron", "Ada Byron", "Ada Byron", "Ada Lovelace", "Ada Lovelace"],
            new[] { 0, 1, 2, 3, 9 }.Select(day => state.NameOf("oidc:ada", AccessTests.At.AddDays(day))));
        Assert.Equal("Ada Lovelace", state.NameOf("oidc:ada"));
        // The change that brings a new name may be written a moment before the name is.
        Assert.Equal("Ada Lovelace", state.NameOf("oidc:ada", AccessTests.At.AddDays(3).AddSeconds(-1)));
        Assert.Equal("deploy bot", state.NameOf("deploy", AccessTests.At.AddDays(3)));
        Assert.Equal("release bot", state.NameOf("deploy"));
        Assert.Null(state.NameOf("timer"));
    }

    [Fact]
    public void Names_that_an_issuer_changes_for_ever_are_bounded()
    {
        var state = AccessState.Initial;
        for (var i = 0; i < 10 * AccessState.MostNames; i++)
        {
            state = state.Evolve(new Happened<AccessEvent>(i, At.AddDays(i), Actor.System, new AccessEvent.PersonNamed("oidc:ada", $"Ada {i}")));
        }

        Assert.Equal(AccessState.MostNames, state.Names["oidc:ada"].Length);
        Assert.Equal("Ada 159", state.NameOf("oidc:ada"));
        Assert.Equal("Ada 144", state.NameOf("oidc:ada", At));
    }

    [Fact]
    public void Key_remembers_who_made_it_and_when_it_was_first_used()
    {
        var state = AccessState.Initial;
        void Do(AccessCommand command, Actor actor)
        {
            foreach (var happened in Assert.IsType<Decision<AccessEvent>.Accepted>(AccessDecider.Decide(state, command)).Events)
            {
                state = state.Evolve(new Happened<AccessEvent>(1, At, actor, happened));
            }
        }

        Do(new AccessCommand.Bootstrap("first", "first admin", "h1"), Actor.System);
        Do(new AccessCommand.Create("second", "second", Role.Admin, null, "h2"), Actor.User("first", "admin"));
        Do(new AccessCommand.Create("third", "third", Role.Product, null, "h3"), Actor.User("second", "admin"));
        Do(new AccessCommand.Use("third"), Actor.System);
        var used = state;
        Do(new AccessCommand.Use("third"), Actor.System);

        Assert.Same(used, state);
        Assert.Null(state.OriginOf("first"));
        Assert.Null(state.OriginOf("oidc:ada"));
        Assert.Equal(["second", "first"], state.OriginOf("third")!.Makers);
        Assert.Equal(At, state.OriginOf("third")!.FirstUsedAt);
        Assert.Null(state.OriginOf("second")!.FirstUsedAt);
    }

    [Fact]
    public void Key_remembers_a_first_read_beside_its_first_change()
    {
        var state = AccessState.Initial.Evolve(
            new Happened<AccessEvent>(1, At, Actor.User("first", "admin"), new AccessEvent.KeyCreated("k", "k", Role.Product, null, "h")));
        void Use(bool reading, int day, int events)
        {
            var happened =
                Assert.IsType<Decision<AccessEvent>.Accepted>(AccessDecider.Decide(state, new AccessCommand.Use("k", reading))).Events;
            Assert.Equal(events, happened.Length);
            state = happened.Aggregate(state, (now, one) => now.Evolve(new Happened<AccessEvent>(1, At.AddDays(day), Actor.System, one)));
        }

        Use(true, 1, 1);
        Use(true, 2, 0);
        Assert.Equal((null, At.AddDays(1)), (state.OriginOf("k")!.FirstUsedAt, state.OriginOf("k")!.FirstReadAt));
        Use(false, 3, 1);
        Use(true, 4, 0);
        Assert.Equal((At.AddDays(3), At.AddDays(1)), (state.OriginOf("k")!.FirstUsedAt, state.OriginOf("k")!.FirstReadAt));
        Assert.DoesNotContain("reading", System.Text.Encoding.UTF8.GetString(
            AccessEvents.Catalog.Write(new AccessEvent.KeyUsed("k"), Guid.NewGuid()).Data.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_people_are_kept_once_and_not_without_end()
    {
        Assert.IsType<Decision<AccessEvent>.Refused>(
            AccessDecider.Decide(AccessState.Initial, new AccessCommand.Introduce("oidc:a", new string('x', AccessDecider.LongestName + 1))));
        var people = Enumerable.Range(0, AccessDecider.MostPeople).ToImmutableSortedDictionary(i => $"oidc:{i}", _ => "name", StringComparer.Ordinal);
        var full = AccessState.Initial with { People = people };
        AccessEvent[] Events(string id, string name) =>
            [.. Assert.IsType<Decision<AccessEvent>.Accepted>(AccessDecider.Decide(full, new AccessCommand.Introduce(id, name))).Events];
        Assert.Empty(Events("oidc:late", "Late"));
        Assert.Empty(Events("oidc:1", "name"));
        Assert.Equal([new AccessEvent.PersonNamed("oidc:1", "other")], Events("oidc:1", "other"));
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
    public void Roles_survive_being_written() =>
        Assert.All(Enum.GetValues<Role>(), role => Assert.True(Roles.TryParse(role.Name(), out var read) && read == role));

    [Fact]
    public void Key_that_is_created_opens_and_after_it_is_revoked_does_not()
    {
        var created = Given(Created("abc", Role.Viewer, KeyText));
        Assert.True(new KeyRing(created).TryFind(KeyText, Pepper, out var key));
        Assert.Equal("abc", key.Id);
        Assert.False(new KeyRing(created).TryFind(KeyText + "0", Pepper, out _));
        Assert.False(new KeyRing(created).TryFind(new string('x', 10_000), Pepper, out _));
        Assert.False(new KeyRing(Given(Created("abc", Role.Viewer, KeyText), new AccessEvent.KeyRevoked("abc"))).TryFind(KeyText, Pepper, out _));
    }

    [Fact]
    public void Key_is_looked_up_without_allocating()
    {
        var ring = new KeyRing(Given(Created("abc", Role.Evaluation, KeyText)));
        for (var i = 0; i < 100; i++)
        {
            ring.TryFind(KeyText, Pepper, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            ring.TryFind(KeyText, Pepper, out _);
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
        Assert.False(ring.TryFind("one", Pepper, out _));
        Assert.True(ring.TryFind("two", Pepper, out _));
    }

    [Fact]
    public void Chosen_key_is_kept_by_a_hash_that_cannot_be_tested_without_the_secret()
    {
        var hash = Pepper.HashOf("chosen");
        Assert.NotEqual(hash, new KeyPepper([.. Enumerable.Repeat((byte)1, 32)]).HashOf("chosen"));
        var ring = new KeyRing(Given(new AccessEvent.KeyCreated("env-admin", "x", Role.Admin, null, hash), Created("abc", Role.Viewer, KeyText)));
        Assert.True(ring.TryFind("chosen", Pepper, out var chosen) && chosen.Id == "env-admin");
        Assert.True(ring.TryFind(KeyText, Pepper, out var made) && made.Id == "abc");
        Assert.False(ring.TryFind("chosen", new KeyPepper([.. Enumerable.Repeat((byte)1, 32)]), out _));
    }

    [Fact]
    public void Key_of_an_earlier_build_gets_the_other_hash_and_is_never_revoked_between()
    {
        var state = Given(Created("env-admin", Role.Admin, "one"));
        var set = new AccessCommand.Set("env-admin", "x", Role.Admin, null, Pepper.HashOf("one"), Key.HashOf("one"));
        Assert.Equal([new AccessEvent.KeyCreated("env-admin", "x", Role.Admin, null, Pepper.HashOf("one"))], Accepted(state, set));
        Assert.Equal(2, Accepted(state, set with { Hash = Pepper.HashOf("two"), FormerHash = Key.HashOf("two") }).Length);
    }

    [Fact]
    public void Withdrawn_key_opens_nothing_even_as_the_last_admin_key()
    {
        var state = Given(Created("env-admin", Role.Admin, KeyText));
        Assert.Equal([new AccessEvent.KeyRevoked("env-admin")], Accepted(state, new AccessCommand.Withdraw("env-admin")));
        Assert.Empty(Accepted(AccessState.Initial, new AccessCommand.Withdraw("env-admin")));
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaa", false)]
    [InlineData("change-me-admin-key", false)]
    [InlineData("change-me-evaluation-key", false)]
    [InlineData("correct horse battery staple", false)]
    [InlineData("Password123456789", false)]
    [InlineData("1234567890123456", false)]
    [InlineData("abababababababababababababababab", false)]
    [InlineData("password-password", false)]
    [InlineData("letmein-letmein-letmein", false)]
    [InlineData("Sommer2026Sommer2026", false)]
    [InlineData("4f7c4f7c4f7c4f7c4f7c4f7c4f7c4f7c", false)]
    [InlineData("qwertyuiopasdfgh", false)]
    [InlineData("1qaz2wsx3edc4rfv", false)]
    [InlineData("12345678901234567890", false)]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789", false)]
    [InlineData("key-for-the-dev-box-one", false)]
    [InlineData("orchestrator-admin-key-2026", false)]
    [InlineData("ThisIsMyAdminKey2026", false)]
    [InlineData("4f7c1b90e2d85a3683d02e6b9fa1475c", true)]
    [InlineData("tG8vQ2xN5kPz1RwY7mJdLs", true)]
    [InlineData("Zm9v/3J+kQ1xT0aYb7cWdE9uRs5hLqPo", true)]
    public void Guessable_keys_are_told_from_random_ones(string text, bool strong) =>
        Assert.Equal(strong, KeyStrength.Bits(text) >= KeyStrength.Least);

    [Fact]
    public void Random_keys_of_the_advised_length_are_never_taken_for_guessable_ones() => CsCheck.Check.Sample(
        CsCheck.Gen.Byte.Array[32],
        bytes => Assert.True(KeyStrength.Bits(Convert.ToBase64String(bytes)) >= KeyStrength.Least
            && KeyStrength.Bits(Convert.ToHexStringLower(bytes)) >= KeyStrength.Least));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_keys_of_sixteen_bytes_are_almost_never_taken_for_guessable_ones(int seed)
    {
        var random = new Random(seed);
        var keys = Enumerable.Range(0, 1000).Select(_ =>
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            return bytes;
        }).ToArray();

        Assert.InRange(keys.Count(key => KeyStrength.Bits(Convert.ToBase64String(key)) >= KeyStrength.Least), 999, 1000);
        Assert.InRange(keys.Count(key => KeyStrength.Bits(Convert.ToHexStringLower(key)) >= KeyStrength.Least), 999, 1000);
        Assert.InRange(keys.Count(key => KeyStrength.Bits(Convert.ToHexString(key)) >= KeyStrength.Least), 999, 1000);
    }

    private static AccessEvent Created(string id, Role role, string text) =>
        new AccessEvent.KeyCreated(id, id, role, null, Key.HashOf(text));

    private static Happened<AccessEvent> Happened(AccessEvent e) => new(1, At, Actor.System, e);

    private static AccessState Given(params AccessEvent[] events) =>
        events.Aggregate(AccessState.Initial, (state, e) => state.Evolve(Happened(e)));

    private static ImmutableArray<AccessEvent> Accepted(AccessState state, AccessCommand command) =>
        Assert.IsType<Decision<AccessEvent>.Accepted>(AccessDecider.Decide(state, command)).Events;

    private static string Refused(AccessState state, AccessCommand command) =>
        Assert.IsType<Decision<AccessEvent>.Refused>(AccessDecider.Decide(state, command)).Code;
}
