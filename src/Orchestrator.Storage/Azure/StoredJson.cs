using System.Text;
using Orleans.Storage;

namespace Orchestrator.Storage.Azure;

/// <summary>A state as Orleans' provider gets it: its JSON, and the mark of the write that stored it.</summary>
internal sealed class StoredJson
{
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>Mark of the write; empty in a blob, whose mark is in its metadata.</summary>
    public string Mark { get; init; } = "";

    /// <summary>A blob holds the JSON and nothing else, as in every earlier build.</summary>
    internal sealed class InBlob : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(((StoredJson)(object)input!).Json);

        // A copy: the provider reads into a buffer that it uses again.
        public T Deserialize<T>(BinaryData input) => (T)(object)new StoredJson { Json = input.ToArray() };
    }

    /// <summary>A row holds the mark, 32 hexadecimal digits, and then the JSON.</summary>
    internal sealed class InRow : IGrainStorageSerializer
    {
        private const int MarkBytes = 32;

        /// <summary>Longest JSON that fits into a row: the provider spreads it over 15 columns of 64 KiB.</summary>
        public const int Longest = (15 * 64 * 1024) - MarkBytes;

        public BinaryData Serialize<T>(T? input)
        {
            var stored = (StoredJson)(object)input!;
            var bytes = new byte[MarkBytes + stored.Json.Length];
            Encoding.ASCII.GetBytes(stored.Mark, bytes);
            stored.Json.CopyTo(bytes.AsMemory(MarkBytes));
            return new BinaryData(bytes);
        }

        public T Deserialize<T>(BinaryData input)
        {
            var bytes = input.ToArray();
            var mark = Math.Min(MarkBytes, bytes.Length);
            return (T)(object)new StoredJson { Mark = Encoding.ASCII.GetString(bytes.AsSpan(0, mark)), Json = bytes.AsMemory(mark) };
        }
    }
}
