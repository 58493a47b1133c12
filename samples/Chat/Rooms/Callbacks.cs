using System.Collections.Concurrent;

namespace Orchestrator.Samples.Chat.Rooms;

/// <summary>Calls after each delivery: other parts of a chat product hang on these.</summary>
internal sealed class Callbacks
{
    private readonly ConcurrentDictionary<string, long> _mentions = new();
    private readonly ConcurrentDictionary<string, long> _lastActive = new();

    public IReadOnlyList<Action<Delivered>> All { get; }

    public Callbacks() => All = [NoteActivity, NoteMentions];

    public long MentionsOf(string userId) => _mentions.GetValueOrDefault(userId);

    private void NoteActivity(Delivered delivered) => _lastActive[delivered.Message.UserId] = delivered.Position;

    private void NoteMentions(Delivered delivered)
    {
        foreach (var name in delivered.Message.Mentions)
        {
            // Names come from users: what is counted must not grow without bound.
            if (_mentions.Count < 100_000 || _mentions.ContainsKey(name))
            {
                _mentions.AddOrUpdate(name, 1, static (_, n) => n + 1);
            }
        }
    }
}
