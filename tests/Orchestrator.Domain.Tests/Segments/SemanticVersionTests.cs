using System.Text;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Segments;

public sealed class SemanticVersionTests
{
    /// <summary>In rising order; those of the specification's section 11, and some more.</summary>
    private static readonly string[] Rising =
    [
        "0.0.0", "0.0.1-0", "0.0.1", "0.9.9", "0.10.0", "1.0.0-0.3.7", "1.0.0-2", "1.0.0-11", "1.0.0--", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
        "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "2.0.0", "2.1.0", "2.1.1", "10.0.0", "99999999999999999999999.0.0", "100000000000000000000000.0.0",
    ];

    [Fact]
    public void Precedence_is_the_specifications()
    {
        for (var i = 0; i < Rising.Length; i++)
        {
            for (var j = 0; j < Rising.Length; j++)
            {
                Assert.True(i.CompareTo(j) == Math.Sign(Compare(Rising[i], Rising[j])), $"{Rising[i]} against {Rising[j]}");
            }
        }
    }

    [Fact]
    public void Build_metadata_does_not_count() => Assert.Equal(0, Compare("1.0.0+001", "1.0.0+exp.sha-5114f85"));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("1.2.")]
    [InlineData("1.2.3.")]
    [InlineData("01.2.3")]
    [InlineData("v1.2.3")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3-01")]
    [InlineData("1.2.3-a..b")]
    [InlineData("1.2.3-a.")]
    [InlineData("1.2.3+")]
    [InlineData("1.2.x")]
    [InlineData("-1.2.3")]
    [InlineData("1.2.3-ä")]
    public void Anything_else_is_no_version(string text) => Assert.False(SemanticVersion.TryParse(Encoding.UTF8.GetBytes(text), out _));

    private static int Compare(string left, string right)
    {
        Assert.True(SemanticVersion.TryParse(Encoding.UTF8.GetBytes(left), out var a), left);
        Assert.True(SemanticVersion.TryParse(Encoding.UTF8.GetBytes(right), out var b), right);
        return a.CompareTo(b);
    }
}
