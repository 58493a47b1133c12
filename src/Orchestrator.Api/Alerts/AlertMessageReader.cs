using System.Collections.Frozen;
using System.Text.Json;
using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Alerts;

/// <summary>
/// Reads a message of Alertmanager's webhook (version 4) or of Grafana's webhook contact point (version 1), token by token. The format is
/// theirs and grows: unknown members are ignored.
/// </summary>
internal sealed class AlertMessageReader(FrozenSet<string> read)
{
    private readonly AlertTally _tally = new(read);
    private readonly List<InputError> _faults = [];
    private Place _place = Place.Start;
    private string? _member;
    private int _skipped = None;
    private const int None = -1;
    private AlertListing _alert = new();
    private int _index;
    private bool _listed;
    private string? _group;
    private string? _groupedName;
    private long _truncated;

    private enum Place
    {
        Start, Message, Alerts, Alert, Labels, Annotations, GroupLabels, End,
    }

    public AlertTally Tally => _tally;

    /// <summary>Faults that make the whole message unreadable; empty when it is valid.</summary>
    public IReadOnlyList<InputError> Faults => _faults;

    /// <summary>Reads the next token.</summary>
    public void Take(ref Utf8JsonReader token)
    {
        if (_skipped != None)
        {
            _skipped = IsEnd(token.TokenType) && token.CurrentDepth == _skipped ? None : _skipped;
            return;
        }

        if (token.TokenType == JsonTokenType.PropertyName)
        {
            _member = Text(ref token);
            return;
        }

        if (IsEnd(token.TokenType))
        {
            Leave();
            return;
        }

        if (!Enter(ref token) && token.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            _skipped = token.CurrentDepth;
        }
    }

    /// <summary>The message, once all tokens are read; a missing end is reported here.</summary>
    /// <param name="cut">True when the rest was too large to be read.</param>
    public AlertMessage Message(bool cut)
    {
        if (!_listed && !cut)
        {
            Fault("alerts", "must be a list, as the webhooks of Alertmanager and Grafana send it");
        }

        var hidden = cut || _truncated != 0;

        // A rejected alert may be of any name: then the message does not cover its whole group.
        var whole = !hidden && _tally.Rejected == 0 && _group is not null;
        return new AlertMessage(
            _group is null ? null : AlertFingerprint.Of(_group), whole, [.. _tally.Alerts],
            !hidden
                ? []
                : cut || _groupedName is null || AlertListing.IsOfNoData(_groupedName)
                ? [.. read]
                : [.. read.Where(name => name == _groupedName)]);
    }

    private bool Enter(ref Utf8JsonReader token)
    {
        switch (_place)
        {
            case Place.Start:
                if (token.TokenType == JsonTokenType.StartObject)
                {
                    _place = Place.Message;
                    return true;
                }

                Fault("", "must be an object");
                _listed = true;
                return false;
            case Place.Message:
                return InMessage(ref token);
            case Place.Alerts when token.TokenType == JsonTokenType.StartObject:
                (_place, _alert) = (Place.Alert, new AlertListing());
                return true;
            case Place.Alerts:
                _tally.Reject(new InputError($"alerts[{_index++}]", "must be an object"));
                return false;
            case Place.Alert:
                return InAlert(ref token);
            case Place.Labels:
                _alert.Label(_member, Text(ref token));
                return false;
            case Place.Annotations when _member == "summary":
                _alert.Summary = Short(Text(ref token));
                return false;
            case Place.GroupLabels when _member == "alertname":
                _groupedName = Text(ref token);
                return false;
            default:
                return false;
        }
    }

    private bool InMessage(ref Utf8JsonReader token)
    {
        switch (_member)
        {
            case "alerts" when token.TokenType == JsonTokenType.StartArray:
                (_place, _listed) = (Place.Alerts, true);
                return true;
            case "groupLabels" when token.TokenType == JsonTokenType.StartObject:
                _place = Place.GroupLabels;
                return true;
            case "groupKey":
                _group = Text(ref token) is { Length: > 0 } key ? key : null;
                return false;
            case "truncatedAlerts":
                // A value that is not a number must not count as "all of them".
                _truncated = token.TokenType == JsonTokenType.Number
                    ? token.TryGetInt64(out var left) ? left : 1
                    : token.TokenType == JsonTokenType.Null
                    ? 0
                    : 1;
                return false;
            case "version" when Text(ref token) is not ("4" or "1"):
                Fault("version", "must be \"4\" (Alertmanager) or \"1\" (Grafana)" + (token.TokenType == JsonTokenType.String && Text(ref token) is { } other ? $", but is \"{Field.Short(other)}\"" : ""));
                return false;
            default:
                return false;
        }
    }

    private bool InAlert(ref Utf8JsonReader token)
    {
        switch (_member)
        {
            case "labels" when token.TokenType == JsonTokenType.StartObject:
                _place = Place.Labels;
                return true;
            case "labels":
                _alert.Fault("labels", "must be an object");
                return false;
            case "annotations" when token.TokenType == JsonTokenType.StartObject:
                _place = Place.Annotations;
                return true;
            case "status":
                _alert.Status = Text(ref token);
                return false;
            case "fingerprint":
                _alert.Fingerprint = Text(ref token);
                return false;
            default:
                return false;
        }
    }

    private void Leave()
    {
        if (_place == Place.Alert)
        {
            _tally.Take(_alert, _index++);
        }

        _place = _place switch
        {
            Place.Labels or Place.Annotations => Place.Alert,
            Place.Alert => Place.Alerts,
            Place.Alerts or Place.GroupLabels => Place.Message,
            _ => Place.End,
        };
    }

    private void Fault(string path, string message) => _faults.Add(new InputError(path, message));

    /// <summary>
    /// A string; null for another kind of value, and for an invalid string: half a surrogate pair, bytes that are not UTF-8.
    /// </summary>
    private static string? Text(ref Utf8JsonReader token)
    {
        try
        {
            return token.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? token.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Short(string? text)
    {
        if (text is not { Length: > AlertListing.LongestText })
        {
            return text;
        }

        // Half a character is not a valid string.
        var length = char.IsHighSurrogate(text[AlertListing.LongestText - 1]) ? AlertListing.LongestText - 1 : AlertListing.LongestText;
        return text[..length];
    }

    private static bool IsEnd(JsonTokenType type) => type is JsonTokenType.EndObject or JsonTokenType.EndArray;
}
