using System.Buffers.Text;
using System.Text;

namespace Orchestrator.Api.Ofrep;

/// <summary>Growable buffer that can be truncated: an answer that fails in the middle is removed to its start.</summary>
internal sealed class Output
{
    private byte[] _bytes = new byte[1024];

    /// <summary>Bytes written; a smaller value removes the rest.</summary>
    public int Length { get; set; }

    public int Capacity => _bytes.Length;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    public void Write(string text)
    {
        var room = Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += Encoding.UTF8.GetBytes(text, room);
    }

    public void Write(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        Length += written;
    }

    /// <summary>Writes a member of the current object: <c>"name":number</c>, after a comma unless it is the first.</summary>
    /// <param name="quoted">The name in quotes, with its colon.</param>
    public void Member(ReadOnlySpan<byte> quoted, long number)
    {
        if (_bytes[Length - 1] != '{')
        {
            Write(","u8);
        }

        Write(quoted);
        Write(number);
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }

        return _bytes.AsSpan(Length);
    }
}
