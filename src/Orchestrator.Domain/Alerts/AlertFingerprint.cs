using System.Globalization;
using System.Text;

namespace Orchestrator.Domain.Alerts;

/// <summary>
/// The identity of an alert: a hash of its labels, 16 hexadecimal digits. The same as Prometheus and Alertmanager compute (FNV-1a, 64 bit,
/// over names and values in the order of the names' bytes, each followed by the byte 255), so a message that carries it and one that leaves
/// it out refer to one alert.
/// </summary>
public static class AlertFingerprint
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const byte Separator = 255;
    private const int Digits = 16;

    /// <summary>The fingerprint of these labels, by name.</summary>
    public static string Of(IReadOnlyDictionary<string, string> labels)
    {
        var sum = Offset;
        foreach (var (name, value) in labels
            .Select(label => (Name: Encoding.UTF8.GetBytes(label.Key), Value: Encoding.UTF8.GetBytes(label.Value)))
            .OrderBy(label => label.Name, Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other))))
        {
            sum = Add(Add(sum, name), [Separator]);
            sum = Add(Add(sum, value), [Separator]);
        }

        return Text(sum);
    }

    /// <summary>A given fingerprint as it is, or the hash of any other text: the stored value always has the same size.</summary>
    public static string Of(string given) =>
        given.Length == Digits && given.All(char.IsAsciiHexDigitLower) ? given : Text(Add(Offset, Encoding.UTF8.GetBytes(given)));

    private static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            sum = unchecked((sum ^ one) * Prime);
        }

        return sum;
    }

    private static string Text(ulong sum) => sum.ToString("x16", CultureInfo.InvariantCulture);
}
