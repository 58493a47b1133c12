using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Watch;

/// <summary>A rollout in one line: status, step, percentage, incident.</summary>
internal static class ChangeLine
{
    /// <summary>Text whose change is a change, and the line for it.</summary>
    public static (string Change, string Line) Of(JsonElement rollout, DateTimeOffset now)
    {
        var change = new StringBuilder();
        change.Append(rollout.Text("id")).Append("  ").Append(rollout.Text("status")).Append("  ");
        change.Append(rollout.Text("phase") is { } phase ? $"{phase}/{rollout.Text("step") ?? "-"}" : "-").Append("  ");
        change.Append(rollout.Text("percentage")).Append('%');
        foreach (var segment in rollout.Items("segments").Where(one => one.Text("status") == "rolledBack"))
        {
            change.Append("  ").Append(segment.Text("key")).Append(" taken back");
        }

        if (rollout.At("held") is not null)
        {
            change.Append("  held");
        }

        if (rollout.At("incident") is { } incident)
        {
            change.Append("  incident ").Append(incident.Text("id")).Append(' ').Append(incident.Text("state")).Append(": ").Append(incident.Text("reason"));
        }

        var text = Plain.Line(change.ToString());
        return (text, $"{now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}  {text}");
    }
}
