using System.Text;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Tests.People;

/// <summary>Counted users beside the samples of a push.</summary>
public sealed class PeopleJsonTests
{
    [Fact]
    public void Body_without_users_has_none_and_no_error()
    {
        Assert.Null(Read("""{"samples":[]}""", out var errors));
        Assert.Null(Read("""{"samples":[{"counters":{"people":3}}]}""", out var named));
        Assert.Empty(errors);
        Assert.Empty(named);
    }

    [Fact]
    public void All_errors_come_at_once_with_path_value_and_rule()
    {
        Assert.Null(Read(
            """
            {"samples":[],"people":{"version":1,"process":"","users":[
              {"variant":"new","sketch":"AQEABQ=="},
              {"variant":"other","segment":"","sketch":"AQEA/w=="},
              7,
              {"sketch":"no base64"}]}}
            """, out var errors));

        Assert.Equal(
            ["people.process", "people.users[1].variant", "people.users[1].segment", "people.users[1].sketch", "people.users[2]", "people.users[3].variant", "people.users[3].sketch"],
            errors.Select(error => error.Path));
        Assert.Contains("\"other\" is not a variant; it is legacy or new.", errors[1].Message, StringComparison.Ordinal);
        Assert.Contains("4096 registers from 0 to 21", errors[3].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"people":3}""", "people")]
    [InlineData("""{"people":{}}""", "people.version")]
    [InlineData("""{"people":{"version":2,"process":"p","users":[]}}""", "people.version")]
    [InlineData("""{"people":{"version":1e9,"process":"p","users":[]}}""", "people.version")]
    [InlineData("""{"people":{"version":1,"process":"p","users":{}}}""", "people.users")]
    [InlineData("""{"people":{"version":1,"process":"p"}}""", "people.users")]
    [InlineData("""{"people":""", "people")]
    [InlineData("""{"people":{"version":1,"process":"\ud800","users":[]}}""", "people")]
    public void Report_that_is_none_is_an_error(string body, string path)
    {
        Assert.Null(Read(body, out var errors));
        Assert.Equal([path], errors.Select(error => error.Path));
    }

    [Fact]
    public void More_sketches_than_a_rollout_has_are_refused()
    {
        static string Body(int count) => """{"people":{"version":1,"process":"p","users":["""
            + string.Join(',', Enumerable.Repeat("""{"variant":"new","sketch":"AQEABQ=="}""", count)) + "]}}";

        Assert.NotNull(Read(Body(PeopleJson.Most), out _));
        Assert.Null(Read(Body(PeopleJson.Most + 1), out var errors));
        Assert.Equal("people.users", errors.Single().Path);
    }

    private static PeopleReport? Read(string body, out List<InputError> errors)
    {
        errors = [];
        return PeopleJson.Read(Encoding.UTF8.GetBytes(body), errors);
    }
}
