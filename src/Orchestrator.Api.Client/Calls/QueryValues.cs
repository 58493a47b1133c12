using System.Globalization;
using System.Text;

namespace Orchestrator.Api.Client;

/// <summary>Values of a query string.</summary>
public abstract record QueryValues
{
    private protected QueryValues()
    {
    }

    internal abstract void Write(QueryText query);
}

/// <summary>A query string while it is written. A value that is null is left out.</summary>
internal sealed class QueryText
{
    private readonly StringBuilder _text = new();

    public void Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    public void Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, bool? value) => Add(name, value is { } known ? known ? "true" : "false" : null);

    public void Add(string name, DateTimeOffset? value) => Add(name, value is { } known ? InstantConverter.Text(known) : null);

    public override string ToString() => _text.ToString();
}
