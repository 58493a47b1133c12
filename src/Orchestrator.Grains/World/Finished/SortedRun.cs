using System.Collections.Immutable;

namespace Orchestrator.Grains.World.Finished;

/// <summary>
/// An immutable sorted set: one array, which the sets of many worlds share, and the few changes since. An item costs 8 bytes, where one of
/// an <see cref="ImmutableSortedSet{T}"/> costs 56.
/// </summary>
internal sealed class SortedRun<T>
    where T : class
{
    /// <summary>Changes above this share of the array are merged into a new one.</summary>
    private const int Part = 16;
    private const int Fewest = 512;

    private readonly T[] _items;
    private readonly ImmutableSortedSet<T> _added;
    private readonly ImmutableSortedSet<T> _removed;

    private SortedRun(T[] items, ImmutableSortedSet<T> added, ImmutableSortedSet<T> removed) =>
        (_items, _added, _removed) = (items, added, removed);

    public int Count => _items.Length + _added.Count - _removed.Count;

    /// <summary>Sorts the items, which may not have two equal ones.</summary>
    public static SortedRun<T> Of(IEnumerable<T> items, IComparer<T> order)
    {
        var all = items.ToArray();
        Array.Sort(all, order);
        var none = ImmutableSortedSet<T>.Empty.WithComparer(order);
        return new SortedRun<T>(all, none, none);
    }

    /// <summary>The item that is equal in order; null for none.</summary>
    public T? Find(T like)
    {
        if (_added.TryGetValue(like, out var added))
        {
            return added;
        }

        var at = Array.BinarySearch(_items, like, _added.KeyComparer);
        return at >= 0 && !_removed.Contains(like) ? _items[at] : null;
    }

    /// <summary>The set with an item in place of the one that is equal in order, or in addition.</summary>
    public SortedRun<T> With(T item)
    {
        var there = Array.BinarySearch(_items, item, _added.KeyComparer) >= 0;
        return Merged(_added.Remove(item).Add(item), there ? _removed.Add(item) : _removed);
    }

    public SortedRun<T> Without(T item)
    {
        var there = Array.BinarySearch(_items, item, _added.KeyComparer) >= 0;
        return Merged(_added.Remove(item), there ? _removed.Add(item) : _removed);
    }

    /// <summary>Items above one, which need not be in the set, ascending; all for null.</summary>
    public IEnumerable<T> After(T? like)
    {
        var order = _added.KeyComparer;
        var (at, next) = (0, 0);
        if (like is not null)
        {
            at = Array.BinarySearch(_items, like, order) is >= 0 and var found ? found + 1 : ~Array.BinarySearch(_items, like, order);
            next = _added.IndexOf(like) is >= 0 and var there ? there + 1 : ~_added.IndexOf(like);
        }

        while (at < _items.Length || next < _added.Count)
        {
            if (next == _added.Count || (at < _items.Length && order.Compare(_items[at], _added[next]) <= 0))
            {
                var item = _items[at++];
                if (_removed.IsEmpty || !_removed.Contains(item))
                {
                    yield return item;
                }
            }
            else
            {
                yield return _added[next++];
            }
        }
    }

    private SortedRun<T> Merged(ImmutableSortedSet<T> added, ImmutableSortedSet<T> removed)
    {
        var changed = new SortedRun<T>(_items, added, removed);
        if (added.Count + removed.Count <= Math.Max(Fewest, _items.Length / Part))
        {
            return changed;
        }

        var (all, none) = (new T[changed.Count], ImmutableSortedSet<T>.Empty.WithComparer(added.KeyComparer));
        var at = 0;
        foreach (var item in changed.After(null))
        {
            all[at++] = item;
        }

        return new SortedRun<T>(all, none, none);
    }
}
