using System.Text;

namespace Orchestrator.Samples.Chat.Paths.Agnostic;

/// <summary>Bytes of a known type, wherever they came from.</summary>
internal readonly record struct Frame(string ContentType, ReadOnlyMemory<byte> Payload);

/// <summary>Brings frames in; knows nothing of what they mean.</summary>
internal interface ITransport
{
    Frame Receive(Incoming incoming, byte[] buffer);
}

/// <summary>A request of the HTTP API as a frame.</summary>
internal sealed class HttpTransport : ITransport
{
    public Frame Receive(Incoming incoming, byte[] buffer) =>
        new(incoming.ContentType, buffer.AsMemory(0, Encoding.UTF8.GetBytes(incoming.Text, buffer)));
}
