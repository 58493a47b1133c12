using System.Text;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client;

/// <summary>
/// Who asks: a key that stays the same for a user, and attributes that segments look at. Make one for a request, tell all, then ask: asking
/// is thread-safe, telling is not. Attributes stay in this process; they are never sent anywhere.
/// </summary>
public sealed class User
{
    private readonly List<Attribute> _attributes = [];
    private volatile EvaluationContext? _bound;

    /// <summary>A user.</summary>
    /// <param name="key">Any text that stays the same for this user; null for an unknown one, who gets an error where it matters.</param>
    public User(string? key) => Key = key;

    /// <summary>The key; null for none.</summary>
    public string? Key { get; }

    /// <summary>Tells a text. Of a name told twice the later holds.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value; null takes the attribute away.</param>
    /// <returns>This user.</returns>
    public User With(string attribute, string? value) => Tell(new Attribute(attribute, value, default, default, default, value is null ? AttributeKind.Missing : AttributeKind.Text));

    /// <summary>Tells a number. Not a number, and infinity, count as missing.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    /// <returns>This user.</returns>
    public User With(string attribute, double value) =>
        Tell(new Attribute(attribute, null, value, default, default, double.IsFinite(value) ? AttributeKind.Number : AttributeKind.Missing));

    /// <summary>Tells an integer, which is compared exactly.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    /// <returns>This user.</returns>
    public User With(string attribute, long value) => Tell(new Attribute(attribute, null, default, value, default, AttributeKind.Integer));

    /// <summary>Tells an integer. One beyond 63 bits is told as the nearest number: rules that compare such ids exactly take them as texts.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    /// <returns>This user.</returns>
    public User With(string attribute, ulong value) => value <= long.MaxValue ? With(attribute, (long)value) : With(attribute, (double)value);

    /// <summary>Tells yes or no.</summary>
    /// <param name="attribute">Name, as segments write it.</param>
    /// <param name="value">Value.</param>
    /// <returns>This user.</returns>
    public User With(string attribute, bool value) => Tell(new Attribute(attribute, null, default, default, value, AttributeKind.True));

    /// <summary>The user as rules of this environment see it: made once for each set of attributes that any rule looks at.</summary>
    internal EvaluationContext In(EnvironmentTable environment)
    {
        var bound = _bound;
        return bound is not null && bound.IsFor(environment) ? bound : Bind(environment);
    }

    private User Tell(Attribute attribute)
    {
        _attributes.RemoveAll(known => known.Name == attribute.Name);
        _attributes.Add(attribute);
        _bound = null;
        return this;
    }

    private EvaluationContext Bind(EnvironmentTable environment)
    {
        // As small as can be: many users at once should fit into the processor's cache.
        var context = new EvaluationContext(Room()).Begin(environment).Key(Key);
        foreach (var (name, text, number, integer, flag, kind) in _attributes)
        {
            // The key is told by itself, as in OFREP.
            _ = name == "targetingKey" ? context : kind switch
            {
                AttributeKind.Text => context.Set(name, text!),
                AttributeKind.Number => context.Set(name, number),
                AttributeKind.Integer => context.Set(name, integer),
                AttributeKind.True => context.Set(name, flag),
                _ => context,
            };
        }

        _bound = context;
        return context;
    }

    private int Room() => Encoding.UTF8.GetByteCount(Key ?? "") + _attributes.Sum(attribute => Encoding.UTF8.GetByteCount(attribute.Text ?? ""));

    private readonly record struct Attribute(string Name, string? Text, double Number, long Integer, bool Flag, AttributeKind Kind);
}
