using System.Text;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Tests.People;

/// <summary>Sketches of users, for any users: PEOPLE_SEED repeats a run.</summary>
public sealed class PeopleSketchLaws
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PEOPLE_SEED"), out var given) ? given : Random.Shared.Next();

    public PeopleSketchLaws() => TestContext.Current.TestOutputHelper?.WriteLine($"PEOPLE_SEED={Seed}");

    /// <summary>The sizes lie where estimators of sketches are at their worst: around 2.5 and 5 times the registers.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(4_096)]
    [InlineData(10_240)]
    [InlineData(13_200)]
    [InlineData(20_480)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public void Estimate_is_within_its_error_at_every_size(int users)
    {
        var (rounds, random) = (users > 100_000 ? 3 : 20, new Random(Seed));
        var errors = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var estimate = Of(Users(users, random)).Estimate();
            errors.Add(((double)estimate / users) - 1);

            // Six standard errors: one run in half a billion is further off. Ten users may be one off.
            Assert.InRange(estimate, users - (6 * PeopleSketch.Error * users) - 1, users + (6 * PeopleSketch.Error * users) + 1);
        }

        // Several estimates together are off by less than one: no size is counted too high or too low on the whole.
        var most = (6 * PeopleSketch.Error / Math.Sqrt(rounds)) + (1.0 / users);
        Assert.InRange(errors.Average(), -most, most);
    }

    [Fact]
    public void Merge_is_the_sketch_of_all_users_in_any_order_and_however_often()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 30; round++)
        {
            var users = Users(random.Next(1, 20_000), random);
            var parts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => users.Where(_ => random.Next(2) == 0).ToArray())
                .Append(users).ToArray();
            var expected = Of(users).ToBytes();
            var packed = parts.Select(part => Of(part).ToBytes()).ToArray();
            for (var order = 0; order < 3; order++)
            {
                random.Shuffle(packed);
                var merged = new PeopleSketch();
                foreach (var one in packed.Concat(packed.Take(2)))
                {
                    Assert.True(merged.Merge(one, own: false));
                }

                Assert.Equal(expected, merged.ToBytes());
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(2_000)]
    [InlineData(200_000)]
    public void Sketch_is_read_as_it_was_written(int users)
    {
        var sketch = Of(Users(users, new Random(Seed)));
        var read = new PeopleSketch();

        Assert.True(PackedPeople.IsValid(sketch.ToBytes()));
        Assert.True(read.Merge(sketch.ToBytes(), own: true));
        Assert.Equal(sketch.ToBytes(), read.ToBytes());
        Assert.Equal(sketch.Estimate(), read.Estimate());
        Assert.InRange(sketch.ToBytes().Length, 0, PackedPeople.Longest);
    }

    [Fact]
    public void Threads_that_count_at_once_lose_no_user()
    {
        var users = Users(200_000, new Random(Seed));
        var sketch = new PeopleSketch();

        Parallel.ForEach(users, sketch.Add);

        Assert.Equal(Of(users).ToBytes(), sketch.ToBytes());
    }

    [Fact]
    public void Bytes_that_are_no_sketch_are_refused_and_change_nothing()
    {
        var random = new Random(Seed);
        var sketch = Of(Users(100, random));
        var before = sketch.ToBytes();
        foreach (var wrong in (byte[][])[[1], [2], [3, 0, 0, 1], [1, 0, 0, 0], [1, 0, 0, 22], [1, 0, 16, 1], [1, 5, 0, 1, 5, 0, 2],
            [1, 5, 0, 1, 4, 0, 2], [2, .. new byte[4095]], [2, .. Enumerable.Repeat((byte)22, 4096)]])
        {
            Assert.False(sketch.Merge(wrong, own: true));
        }

        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);
            var valid = PackedPeople.IsValid(bytes);
            Assert.Equal(valid, new PeopleSketch().Merge(bytes, own: true));
        }

        Assert.Equal(before, sketch.ToBytes());
    }

    [Fact]
    public void Highest_sketch_has_a_number_that_is_finite()
    {
        var sketch = new PeopleSketch();
        Assert.True(sketch.Merge([2, .. Enumerable.Repeat(PeopleSketch.Highest, PeopleSketch.Registers)], own: true));

        Assert.Equal(Cardinality.Most, sketch.Estimate());
        Assert.Equal(0, new PeopleSketch().Estimate());
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var (sketch, users) = (new PeopleSketch(), Users(10_000, new Random(Seed)));
        sketch.Add(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var user in users)
        {
            sketch.Add(user);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Secrets_make_sketches_that_do_not_fit_together()
    {
        var one = Enumerable.Range(0, 3_000).Select(i => Person($"user-{i}", 7));
        var other = Enumerable.Range(0, 3_000).Select(i => Person($"user-{i}", 9));

        // The same users twice: with one secret they count once.
        Assert.InRange(Of(one.Concat(one)).Estimate(), 2_700, 3_300);
        Assert.InRange(Of(one.Concat(other)).Estimate(), 5_400, 6_600);
    }

    private static PeopleSketch Of(IEnumerable<uint> users)
    {
        var sketch = new PeopleSketch();
        foreach (var user in users)
        {
            sketch.Add(user);
        }

        return sketch;
    }

    /// <summary>Users as evaluations hash them.</summary>
    private static uint[] Users(int count, Random random)
    {
        var (name, key) = (random.Next(), (ulong)random.NextInt64());
        return [.. Enumerable.Range(0, count).Select(i => Person($"{name}-{i}", key))];
    }

    private static uint Person(string user, ulong key)
    {
        var hash = default(Murmur3);
        hash.Append(Encoding.UTF8.GetBytes(user));
        return PersonHash.Of(hash.Finish(), key);
    }
}
