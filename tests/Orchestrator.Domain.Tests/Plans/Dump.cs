using System.Collections;
using System.Reflection;
using System.Text;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>The whole content of a value as text, so that two plans can be compared whatever their arrays' identity.</summary>
internal static class Dump
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null or string or Enum or ValueType and not IEnumerable and IFormattable:
                text.Append(value ?? "null");
                break;
            case IEnumerable items:
                text.Append('[');
                foreach (var item in items)
                {
                    Write(text, item);
                    text.Append(", ");
                }

                text.Append(']');
                break;
            default:
                text.Append(value.GetType().Name).Append(" { ");
                foreach (var property in Properties(value))
                {
                    text.Append(property.Name).Append(" = ");
                    Write(text, property.GetValue(value));
                    text.Append(", ");
                }

                text.AppendLine("}");
                break;
        }
    }

    /// <summary>Without static ones: a share has shares among them.</summary>
    private static IEnumerable<PropertyInfo> Properties(object value) =>
        value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0);
}
