using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Tests.Plans;

public sealed class PromqlTextTests
{
    [Theory]
    [InlineData("a # no rate() here", "a ", "a ")]
    [InlineData("a{b=\"#x\"} # y", "a{b=\"#x\"} ", "a{b=\"\"} ")]
    [InlineData("a{b='\\'#'}\n# sum(\n+ b", "a{b='\\'#'}\n\n+ b", "a{b=''}\n\n+ b")]
    [InlineData("a{b=`\\`} # c", "a{b=`\\`} ", "a{b=``} ")]
    [InlineData("#", "", "")]
    [InlineData("a{b=\"open", "a{b=\"open", "a{b=\"")]
    public void Query_is_read_without_comments_and_without_what_is_quoted(string query, string uncommented, string calls)
    {
        Assert.Equal(uncommented, PromqlText.WithoutComments(query));
        Assert.Equal(calls, PromqlText.Calls(query));
    }
}
