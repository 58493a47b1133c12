using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Api.Http;

/// <summary>Bodies in Protocol Buffers: recognising a request, and writing the few fields that answers have.</summary>
internal static class Protobuf
{
    public const string MediaType = "application/x-protobuf";

    /// <summary>True when the request's body is in Protocol Buffers; its answer is, too.</summary>
    public static bool Is(HttpRequest request)
    {
        if (request.ContentType is not { } type)
        {
            return false;
        }

        var parameters = type.IndexOf(';');
        var media = parameters > 0 ? type.AsSpan(0, parameters) : type;
        return media.Trim().Equals(MediaType, StringComparison.OrdinalIgnoreCase);
    }

    public static async Task Write(HttpContext http, int status, byte[] message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = MediaType;
        http.Response.ContentLength = message.Length;
        await http.Response.Body.WriteAsync(message, http.RequestAborted);
    }

    public static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(int field, byte[] value) => [(byte)((field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    public static byte[] Number(int field, long value) => value == 0 ? [] : [(byte)(field << 3), .. Varint((ulong)value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
