using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Silo.Tests.Snapshots;

/// <summary>
/// The whole content of a world or a state as text: all public properties, stored or computed, in an order that no hash table decides.
/// Equal pictures are equal states.
/// </summary>
internal static class Picture
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, "");
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value, string indent)
    {
        switch (value)
        {
            case null:
                text.AppendLine("null");
                break;
            case string or Enum or bool or Guid:
                text.Append(value).AppendLine();
                break;
            case IFormattable number when value.GetType() is { IsPrimitive: true } or { Namespace: nameof(System) }:
                text.AppendLine(number.ToString(value is DateTimeOffset ? "O" : null, CultureInfo.InvariantCulture));
                break;
            case ReadOnlyMemory<byte> bytes:
                text.AppendLine(Convert.ToHexString(bytes.Span));
                break;
            case KeyRing:
                text.AppendLine("keys");
                break;
            case Plan plan:
                text.Append(plan.Hash).AppendLine(plan.Document);
                break;
            case MemberSet set:
                text.Append(set.Tag).Append(' ').AppendJoin(' ', set.Hashes.SelectMany(run => run.ToArray())).AppendLine();
                Write(text, set.Changes.Select(change => new { change.From.Tag, change.Added, change.Removed }).ToArray(), indent);
                break;
            case IDictionary entries:
                Entries(text, entries, indent);
                break;
            case IEnumerable items:
                Items(text, items, indent);
                break;
            default:
                Properties(text, value, indent);
                break;
        }
    }

    private static void Entries(StringBuilder text, IDictionary entries, string indent)
    {
        text.AppendLine();
        foreach (var key in entries.Keys.Cast<string>().Order(StringComparer.Ordinal))
        {
            text.Append(indent).Append('[').Append(key).Append("] ");
            Write(text, entries[key], indent + "  ");
        }
    }

    private static void Items(StringBuilder text, IEnumerable items, string indent)
    {
        if (items.GetType().GetProperty("IsDefault")?.GetValue(items) is true)
        {
            text.AppendLine("never set");
            return;
        }

        text.AppendLine();
        var all = items.Cast<object?>().Select(item =>
        {
            var one = new StringBuilder().Append(indent).Append("- ");
            Write(one, item, indent + "  ");
            return one.ToString();
        });
        text.AppendJoin("", items is IList ? all : all.Order(StringComparer.Ordinal));
    }

    private static void Properties(StringBuilder text, object value, string indent)
    {
        text.AppendLine(value.GetType().Name);
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length == 0)
            {
                text.Append(indent).Append(property.Name).Append(": ");
                try
                {
                    Write(text, property.GetValue(value), indent + "  ");
                }
                catch (TargetInvocationException failure)
                {
                    text.AppendLine(failure.InnerException!.Message);
                }
            }
        }
    }
}
