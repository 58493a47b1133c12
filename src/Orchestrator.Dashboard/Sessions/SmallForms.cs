using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Bounds of forms that a client without a session sends.</summary>
internal static class SmallForms
{
    private const int LongestBody = 16 * 1024;
    private const int MostFields = 16;

    private static readonly FormOptions Options = new()
    {
        BufferBody = false,
        ValueCountLimit = MostFields,
        ValueLengthLimit = LongestBody,
        KeyLengthLimit = 256,
        BufferBodyLengthLimit = LongestBody,
        MultipartBodyLengthLimit = LongestBody,
        MemoryBufferThreshold = LongestBody,
    };

    /// <summary>Before the form is read.</summary>
    public static void Bound(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LongestBody;
        }

        http.Features.Set<IFormFeature>(new FormFeature(http.Request, Options));
    }
}
