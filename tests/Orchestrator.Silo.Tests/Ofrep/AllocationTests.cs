using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Api.Ofrep;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Access;

namespace Orchestrator.Silo.Tests.Ofrep;

/// <summary>Deciding and writing an answer allocates nothing beyond what the server and hosting take for a request.</summary>
public sealed class AllocationTests
{
    private static readonly InstallationSecret Secret = new(new byte[InstallationSecret.Bytes]);
    private readonly OfrepServer _node = new();

    [Theory]
    [InlineData("/split", StatusCodes.Status200OK)]
    [InlineData("/all", StatusCodes.Status200OK)]
    [InlineData("/theme", StatusCodes.Status200OK)]
    [InlineData("/none", StatusCodes.Status200OK)]
    [InlineData("", StatusCodes.Status304NotModified)]
    public void Answer_allocates_nothing(string flag, int status)
    {
        var evaluator = new Evaluator(
            _node, _node, new StreamTokens(_node, Secret), new PeopleKeys(Secret), _node.Time, _node.Time);
        var scratch = new Scratch();
        var http = new DefaultHttpContext();
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/ofrep/v1/evaluate/flags" + flag;
        scratch.Body.Write(Encoding.UTF8.GetBytes("""{"context":{"targetingKey":"user-1","internal":false,"country":"SI"}}"""));
        void Answer() => evaluator.Answer(http, scratch, _node.Keys["eval"]);
        Answer();
        http.Request.Headers.IfNoneMatch = scratch.Tag;
        Answer();
        Assert.Equal(status, scratch.Status);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Answer();
        }

        // The runtime takes something once; what every answer took would be 24 bytes each at least.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 12_000);
    }

    [Fact]
    public void Whole_answer_for_all_flags_takes_only_its_tag_and_the_address_of_its_stream()
    {
        var evaluator = new Evaluator(
            _node, _node, new StreamTokens(_node, Secret), new PeopleKeys(Secret), _node.Time, _node.Time);
        var scratch = new Scratch();
        var http = new DefaultHttpContext();
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/ofrep/v1/evaluate/flags";
        scratch.Body.Write(Encoding.UTF8.GetBytes("""{"context":{"targetingKey":"user-1"}}"""));
        _node.Current = RoutingTable.Compile(new TableModel(
            1, [new EnvironmentModel { Name = "production", Flags = [.. Enumerable.Range(0, 500).Select(i => new FlagValue($"flag-{i}", "true"))] }]));
        void Answer() => evaluator.Answer(http, scratch, _node.Keys["eval"]);
        Answer();
        Answer();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Answer();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1_000);
    }
}
