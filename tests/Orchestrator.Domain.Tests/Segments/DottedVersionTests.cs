using System.Text;
using CsCheck;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Segments;

public sealed class DottedVersionTests
{
    [Theory]
    [InlineData("2024.01.15", "2024.1.15", 0)]
    [InlineData("2024.1", "2024.01.0.0", 0)]
    [InlineData("2024.01.20", "2024.01.15", 1)]
    [InlineData("2024.9", "2024.10", -1)]
    [InlineData("0", "0.0.1", -1)]
    [InlineData("99999999999999999999999", "100000000000000000000000", -1)]
    public void Parts_compare_as_numbers(string left, string right, int expected) =>
        Assert.Equal(expected, Math.Sign(Compare(left, right)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1..2")]
    [InlineData("v1")]
    [InlineData("1-2")]
    [InlineData("+1")]
    [InlineData("1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17")]
    public void Anything_else_is_no_dotted_number(string text) => Assert.False(DottedVersion.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Order_is_that_of_the_lists_of_numbers() =>
        Gen.Select(Gen.Int[0, 12].Array[1, 4], Gen.Int[0, 12].Array[1, 4]).Sample((left, right) =>
    {
        var expected = Enumerable.Range(0, 4).Select(i => left.ElementAtOrDefault(i).CompareTo(right.ElementAtOrDefault(i)))
            .FirstOrDefault(order => order != 0);
        return Math.Sign(Compare(string.Join('.', left), string.Join('.', right.Select(part => part.ToString("00"))))) == expected;
    });

    private static int Compare(string left, string right)
    {
        Assert.True(DottedVersion.TryParse(Encoding.UTF8.GetBytes(left), out var a), left);
        Assert.True(DottedVersion.TryParse(Encoding.UTF8.GetBytes(right), out var b), right);
        return a.CompareTo(b);
    }
}
