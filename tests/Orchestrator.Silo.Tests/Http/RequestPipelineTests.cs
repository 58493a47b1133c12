using MediatR;
using Orchestrator.Api.Http;
using Orchestrator.Api.Pipeline;
using Orchestrator.Api.Requests;

namespace Orchestrator.Silo.Tests.Http;

public sealed class RequestPipelineTests
{
    [Fact]
    public void Every_behaviour_is_in_the_pipeline_once()
    {
        var written = typeof(RequestPipeline).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IPipelineBehavior<ApiRequest, ApiResult>)));
        Assert.Equal(written.OrderBy(type => type.Name), RequestPipeline.Behaviours.OrderBy(type => type.Name));
    }
}
