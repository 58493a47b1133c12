using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>
/// One request byte for byte as it is written here: a client library would mend or refuse the odd ones. Header values are Latin-1.
/// </summary>
internal static class RawRequest
{
    /// <summary>The status of the answer.</summary>
    public static async Task<int> Status(Uri address, string methodAndTarget, (string Name, string Value)[] headers, string? body = null)
    {
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, patience.Token);
        await using var stream = client.GetStream();
        var text = new StringBuilder($"{methodAndTarget} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n");
        foreach (var (name, value) in headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        text.Append(body is null ? "\r\n" : string.Create(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text.ToString()), patience.Token);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var first = await reader.ReadLineAsync(patience.Token);
        await reader.ReadToEndAsync(patience.Token);
        return first?.Split(' ') is [_, var status, ..]
            ? int.Parse(status, CultureInfo.InvariantCulture)
            : throw new EndOfStreamException($"{methodAndTarget} was not answered.");
    }
}
