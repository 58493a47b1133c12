using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Orchestrator.Api.OpenApi;

/// <summary>
/// The description as text, written once: it is open to all, so no reader can make a node write it again. It names no server, so it is the
/// same for all of them.
/// </summary>
internal sealed class DescriptionDocument([FromKeyedServices(DescriptionDocument.Name)] IOpenApiDocumentProvider provider)
{
    /// <summary>Name of the document in its address.</summary>
    public const string Name = "v1";

    private readonly SemaphoreSlim _gate = new(1);
    private byte[]? _text;

    /// <summary>Maps the address of the description, open to all.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        RequestDelegate answer = async http =>
        {
            var text = await http.RequestServices.GetRequiredService<DescriptionDocument>().Text(http.RequestAborted);
            http.Response.ContentType = "application/json;charset=utf-8";
            http.Response.ContentLength = text.Length;
            await http.Response.Body.WriteAsync(text, http.RequestAborted);
        };
        routes.MapGet($"/openapi/{Name}.json", answer).AllowAnonymous().ExcludeFromDescription();
    }

    private async Task<byte[]> Text(CancellationToken stop)
    {
        if (_text is { } written)
        {
            return written;
        }

        await _gate.WaitAsync(stop);
        try
        {
            return _text ??= await Written(stop);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<byte[]> Written(CancellationToken stop)
    {
        var document = await provider.GetOpenApiDocumentAsync(stop);
        using var text = new MemoryStream();
        await document.SerializeAsJsonAsync(text, OpenApiSpecVersion.OpenApi3_1, stop);
        return text.ToArray();
    }
}
