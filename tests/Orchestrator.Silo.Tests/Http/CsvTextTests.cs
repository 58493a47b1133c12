using Orchestrator.Api.Http;

namespace Orchestrator.Silo.Tests.Http;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a \"b\", c", "\"a \"\"b\"\", c\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData(" \t=1+1", "\"'  =1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@x", "\"'@x\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("\u0001=1", "\"' =1\"")]
    [InlineData("a\r\nb", "\"a  b\"")]
    [InlineData("", "\"\"")]
    public void Cell_is_quoted_and_never_a_formula(string text, string cell) => Assert.Equal(cell, CsvText.Cell(text));
}
