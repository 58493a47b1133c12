using System.Diagnostics;

namespace Orchestrator.Grains.Serialization;

/// <summary>
/// Threads that read large bodies: plans, samples, exports. One body of a megabyte takes a processor for tens of milliseconds, and two at
/// once take both processors of a small machine from evaluations. The parsers also rent megabytes from the shared array pool, which keeps a
/// buffer of each size for each thread that has rented one: 64 threads of the thread pool kept 190 MB of them.
/// </summary>
public sealed class LargeBodies : IDisposable
{
    /// <summary>
    /// Bytes of the smallest large body. A smaller one is read in about a millisecond, and commands that roll back are smaller.
    /// </summary>
    public const int Least = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _waiting = new(0);

    /// <summary>
    /// Bodies that wait, by sender. At most one for each open request and two for each rollout: connections are bounded, and a body that
    /// has been read is removed, with its sender when it was the last.
    /// </summary>
    private readonly Dictionary<(BodyOf Kind, string Sender), Queue<Action>> _ofSender = [];

    /// <summary>Senders of each kind with a body that waits, in the order of their turns.</summary>
    private readonly Queue<string>[] _turns = [new(), new()];
    private readonly int _atOnce;
    private BodyOf _next;
    private bool _ended;

    /// <summary>Half of the processors, at least one: as many as expensive reads may take.</summary>
    public LargeBodies()
        : this(Math.Max(1, Environment.ProcessorCount / 2))
    {
    }

    /// <param name="atOnce">Bodies that are read at once.</param>
    public LargeBodies(int atOnce)
    {
        _atOnce = atOnce;
        for (var i = 0; i < atOnce; i++)
        {
            new Thread(ReadAll) { IsBackground = true, Name = nameof(LargeBodies) }.Start();
        }
    }

    /// <summary>
    /// Reads a body: at once when it is small, and on a thread for large bodies otherwise. Senders take turns, so that many bodies of one
    /// delay no other by more than one body, and rollouts alternate with keys, so that no number of keys delays samples. Throws when
    /// <paramref name="stop"/> does; a body whose client has gone is not read.
    /// </summary>
    /// <param name="kind">Kind of the sender.</param>
    /// <param name="sender">Id of the key or of the rollout.</param>
    /// <param name="bytes">Size of the body.</param>
    /// <param name="read">
    /// Reads it. Runs outside of every scheduler, and may use what the caller leaves alone until the task has ended.
    /// </param>
    /// <param name="stop">Cancelled when the result is no longer wanted.</param>
    public async Task<T> Run<T>(BodyOf kind, string sender, int bytes, Func<T> read, CancellationToken stop = default)
    {
        if (bytes < Least)
        {
            return read();
        }

        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = 0;
        var taken = Add((kind, sender), () =>
        {
            if (Interlocked.Exchange(ref begun, 1) == 0)
            {
                Complete(done, read);
            }
        });
        if (!taken)
        {
            return read();
        }

        // A body that is being read is waited for: the caller may not touch meanwhile what its reader uses.
        await using var gone = stop.UnsafeRegister(_ =>
        {
            if (Interlocked.Exchange(ref begun, 1) == 0)
            {
                done.TrySetCanceled(stop);
            }
        }, null);
        return await done.Task;
    }

    /// <summary>Ends the threads once nothing waits. Later bodies are read by their callers.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
        }

        // A permit for each thread: it wakes, finds nothing that waits, and ends.
        _waiting.Release(_atOnce);
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> read)
    {
        try
        {
            done.SetResult(read());
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private bool Add((BodyOf Kind, string Id) sender, Action body)
    {
        lock (_lock)
        {
            if (_ended)
            {
                return false;
            }

            if (!_ofSender.TryGetValue(sender, out var bodies))
            {
                _ofSender[sender] = bodies = new Queue<Action>();
                _turns[(int)sender.Kind].Enqueue(sender.Id);
            }

            bodies.Enqueue(body);
        }

        _waiting.Release();
        return true;
    }

    private void ReadAll()
    {
        while (true)
        {
            _waiting.Wait();
            if (Next() is not { } body)
            {
                return;
            }

            body();
        }
    }

    /// <summary>The oldest body of the sender whose turn it is; null when nothing waits any more.</summary>
    private Action? Next()
    {
        lock (_lock)
        {
            var kind = _turns[(int)_next].Count > 0 ? _next : Other(_next);
            if (!_turns[(int)kind].TryDequeue(out var sender))
            {
                Debug.Assert(_ended, "A permit without a body.");
                return null;
            }

            _next = Other(kind);
            var bodies = _ofSender[(kind, sender)];
            var body = bodies.Dequeue();
            if (bodies.Count > 0)
            {
                _turns[(int)kind].Enqueue(sender);
            }
            else
            {
                _ofSender.Remove((kind, sender));
            }

            return body;
        }
    }

    private static BodyOf Other(BodyOf kind) => kind == BodyOf.Rollout ? BodyOf.Key : BodyOf.Rollout;
}

/// <summary>Kind of the sender of a large body.</summary>
public enum BodyOf
{
    /// <summary>Samples and exports of a rollout.</summary>
    Rollout,

    /// <summary>Any other body, by the API key it came with.</summary>
    Key,
}
