using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CsCheck;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Tests.Routing;

public sealed class BucketTests
{
    [Fact]
    public void Golden_vectors_hold()
    {
        var vectors = JsonSerializer.Deserialize<Vector[]>(File.ReadAllText(Path.Combine(Folder(), "bucket-vectors.json")), JsonSerializerOptions.Web)!;

        Assert.True(vectors.Length > 100);
        Assert.All(vectors, vector =>
        {
            Assert.Equal(vector.Bucket, new Bucket(vector.Salt).Of(Encoding.UTF8.GetBytes(vector.Key)));
            Assert.Equal((uint)vector.Hash, Hash(Encoding.UTF8.GetBytes(vector.Salt + ":" + vector.Key)));
        });
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("test", 0xba6bd213u)]
    [InlineData("Hello, world!", 0xc0363e43u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x2e4ff723u)]
    public void Murmur3_gives_the_published_values(string text, uint expected) =>
        Assert.Equal(expected, Hash(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_hash_in_pieces_is_the_hash_of_the_whole() =>
        Gen.Byte.Array[0, 40].Array[0, 6].Sample(pieces => Hash(pieces) == Hash([.. pieces.SelectMany(piece => piece)]));

    [Fact]
    public void A_bucket_is_never_outside_its_range() =>
        Gen.UInt.Sample(hash => Bucket.Of(hash) is >= 0 and < 100_000);

    private static uint Hash(params byte[][] pieces)
    {
        var hash = default(Murmur3);
        foreach (var piece in pieces)
        {
            hash.Append(piece);
        }

        return hash.Finish();
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private sealed record Vector(string Salt, string Key, long Hash, int Bucket);
}
