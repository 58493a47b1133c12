using System.Buffers;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>Unsigned integers in seven bits a byte, the lowest first; the top bit marks that more follow.</summary>
internal static class VarInt
{
    public static void Write(IBufferWriter<byte> to, ulong value)
    {
        var span = to.GetSpan(10);
        var n = 0;
        while (value >= 0x80)
        {
            span[n++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[n++] = (byte)value;
        to.Advance(n);
    }

    public static ulong Read(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = from[0];
            from = from[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    public static int CountIn(ReadOnlySpan<byte> from)
    {
        var n = 0;
        foreach (var next in from)
        {
            n += next < 0x80 ? 1 : 0;
        }

        return n;
    }
}
