using System.Text;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// The cap of a segment, kept without counting: a user belongs when its own bucket under the salt <c>segment:{key}:{stratum}</c> is
/// below cap / population. The stratum is the values of the attributes joined by <c>/</c>, a missing one as the empty text.
/// </summary>
internal sealed class CompiledBalance
{
    private const int Longest = 256;
    private readonly Murmur3 _prefix;
    private readonly int[] _slots;
    private readonly Share _limit;
    private readonly (byte[] Stratum, Share Limit)[] _limits;
    private readonly string _by;

    public CompiledBalance(string segment, Balance balance, NameIndex names)
    {
        _prefix.Append(Encoding.UTF8.GetBytes($"segment:{segment}:"));
        _slots = [.. balance.By.Select(names.Find)];
        _limit = Limit(balance.Cap, balance.Population);
        _limits = balance.Caps.IsDefaultOrEmpty
            ? []
            : [.. balance.Caps.Select(cap => (Encoding.UTF8.GetBytes(cap.Stratum), Limit(cap.Cap, balance.Population)))];
        _by = string.Join("/", balance.By);
    }

    public Match Test(EvaluationContext user)
    {
        var limit = LimitOf(user);
        return limit == Share.All ? Match.Yes
            : limit == Share.None ? Match.No
            : !user.HasTargetingKey ? Match.KeyNeeded
            : limit.Includes(BucketOf(user)) ? Match.Yes : Match.No;
    }

    public void Explain(EvaluationContext user, string segment, List<ExplainedRule> rows) => rows.Add(new ExplainedRule(
        $"{segment}: within {RuleText.Percent(LimitOf(user))} of its stratum" + (_by.Length == 0 ? "" : $" by {_by}"),
        Test(user) == Match.Yes,
        user.HasTargetingKey ? $"bucket {BucketOf(user)}" : "no targeting key"));

    private static Share Limit(double cap, double population) =>
        population <= 0 ? Share.All : Share.OfFraction(cap / population);

    private Share LimitOf(EvaluationContext user)
    {
        if (_limits.Length == 0)
        {
            return _limit;
        }

        Span<byte> stratum = stackalloc byte[Longest];
        var length = 0;
        Span<byte> scratch = stackalloc byte[32];
        foreach (var slot in _slots)
        {
            var value = user.Write(in user[slot], scratch);
            if (length + value.Length + 1 > Longest)
            {
                return _limit;
            }

            value.CopyTo(stratum[length..]);
            length += value.Length;
            stratum[length++] = (byte)'/';
        }

        foreach (var (name, limit) in _limits)
        {
            if (length > 0 && stratum[..(length - 1)].SequenceEqual(name))
            {
                return limit;
            }
        }

        return _limit;
    }

    private int BucketOf(EvaluationContext user)
    {
        var hash = _prefix;
        Span<byte> scratch = stackalloc byte[32];
        for (var i = 0; i < _slots.Length; i++)
        {
            if (i > 0)
            {
                hash.Append("/"u8);
            }

            hash.Append(user.Write(in user[_slots[i]], scratch));
        }

        hash.Append(":"u8);
        hash.Append(user.TargetingKey);
        return Bucket.Of(hash.Finish());
    }
}
