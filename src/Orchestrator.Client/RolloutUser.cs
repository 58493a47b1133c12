using System.Text;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client;

/// <summary>
/// A user: a key that stays the same, and the attributes that segments read. Make one for a request, set all attributes, then
/// route: routing is thread-safe, setting attributes is not. Attributes stay in this process; they are never sent anywhere.
/// </summary>
public sealed class RolloutUser
{
    private readonly List<UserAttribute> _attributes = [];
    private volatile EvaluationContext? _context;

    /// <summary>Makes a user.</summary>
    /// <param name="key">
    /// Any text that stays the same for this user; null for an unknown user, who gets an error where the key decides.
    /// </param>
    public RolloutUser(string? key) => Key = key;

    /// <summary>The key; null for none.</summary>
    public string? Key { get; }

    /// <summary>Sets a text. The last value of a name counts.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value; null removes the attribute.</param>
    /// <returns>This user.</returns>
    public RolloutUser With(string attribute, string? value) =>
        Set(new UserAttribute(attribute, value is null ? AttributeKind.Missing : AttributeKind.Text, Text: value));

    /// <summary>Sets a number. NaN and infinity count as a missing attribute.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    /// <returns>This user.</returns>
    public RolloutUser With(string attribute, double value) =>
        Set(new UserAttribute(attribute, double.IsFinite(value) ? AttributeKind.Number : AttributeKind.Missing, Number: value));

    /// <summary>Sets an integer, which is compared exactly.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    /// <returns>This user.</returns>
    public RolloutUser With(string attribute, long value) =>
        Set(new UserAttribute(attribute, AttributeKind.Integer, Integer: value));

    /// <summary>
    /// Sets an integer. Above <see cref="long.MaxValue"/> it becomes the nearest double: pass such ids as texts where rules
    /// compare them exactly.
    /// </summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    /// <returns>This user.</returns>
    public RolloutUser With(string attribute, ulong value) =>
        value <= long.MaxValue ? With(attribute, (long)value) : With(attribute, (double)value);

    /// <summary>Sets true or false.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    /// <returns>This user.</returns>
    public RolloutUser With(string attribute, bool value) =>
        Set(new UserAttribute(attribute, AttributeKind.True, Flag: value));

    /// <summary>The user as rules of this environment read it; made once for each set of attributes that any rule reads.</summary>
    internal EvaluationContext In(EnvironmentTable environment)
    {
        var context = _context;
        return context is not null && context.IsFor(environment) ? context : Bind(environment);
    }

    private RolloutUser Set(UserAttribute attribute)
    {
        _attributes.RemoveAll(known => known.Name == attribute.Name);
        _attributes.Add(attribute);
        _context = null;
        return this;
    }

    private EvaluationContext Bind(EnvironmentTable environment)
    {
        // As small as can be: many users at once should fit into the processor's cache.
        var context = new EvaluationContext(Room()).Begin(environment).Key(Key);
        foreach (var (name, kind, text, number, integer, flag) in _attributes)
        {
            // The key comes from Key alone, as in OFREP.
            _ = name == "targetingKey" ? context : kind switch
            {
                AttributeKind.Text => context.Set(name, text!),
                AttributeKind.Number => context.Set(name, number),
                AttributeKind.Integer => context.Set(name, integer),
                AttributeKind.True => context.Set(name, flag),
                _ => context,
            };
        }

        _context = context;
        return context;
    }

    private int Room() =>
        Encoding.UTF8.GetByteCount(Key ?? "") + _attributes.Sum(attribute => Encoding.UTF8.GetByteCount(attribute.Text ?? ""));

    private readonly record struct UserAttribute(
        string Name, AttributeKind Kind, string? Text = null, double Number = 0, long Integer = 0, bool Flag = false);
}
