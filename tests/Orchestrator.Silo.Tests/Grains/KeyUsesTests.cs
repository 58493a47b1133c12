using Microsoft.Extensions.Time.Testing;
using Orchestrator.Grains.Access;

namespace Orchestrator.Silo.Tests.Grains;

public sealed class KeyUsesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Newest_use_counts_and_an_unused_key_has_none()
    {
        var uses = new KeyUses(_time);
        uses.Note("a");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromMinutes(5), uses.Since("a"));
        uses.Note("a");
        Assert.Equal((TimeSpan.Zero, (TimeSpan?)null), (uses.Since("a"), uses.Since("b")));
    }

    [Fact]
    public void Keys_beyond_the_bound_are_not_noted()
    {
        var uses = new KeyUses(_time);
        for (var i = 0; i <= KeyUses.Most; i++)
        {
            uses.Note($"key-{i}");
        }

        Assert.NotNull(uses.Since("key-0"));
        Assert.Null(uses.Since($"key-{KeyUses.Most}"));
    }
}
