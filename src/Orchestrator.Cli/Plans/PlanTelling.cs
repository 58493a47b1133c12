using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Previews;

namespace Orchestrator.Cli.Plans;

/// <summary>Tells a plan in sentences, as its page on the dashboard does.</summary>
internal static class PlanTelling
{
    /// <summary>Forms of <c>--format</c>.</summary>
    public static readonly string[] Formats = ["text", "markdown", "json"];

    /// <summary>Tells a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="start">Start for the earliest dates; null for none.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Stdout.</param>
    public static ExitCode Run(Plan plan, DateTimeOffset? start, string format, TextWriter output)
    {
        var story = PlanStory.Of(plan);
        var schedule = start is { } at ? PlanSchedule.Of(plan, at) : null;
        if (format == "json")
        {
            var all = new JsonObject
            {
                ["plan"] = plan.Name,
                ["title"] = plan.Title,
                ["hash"] = plan.Hash,
                ["story"] = JsonSerializer.SerializeToNode(story, PlanJson.Options),
                ["schedule"] = JsonSerializer.SerializeToNode(schedule, PlanJson.Options),
            };
            output.WriteLine(Json.Write(all));
            return ExitCode.Success;
        }

        var told = new Told(output, format == "markdown");
        told.Title(plan.Title == plan.Name ? plan.Name : $"{plan.Title} ({plan.Name})");
        told.Sentence(story.Text);
        foreach (var phase in story.Phases)
        {
            told.Part(phase.Title is { } title && title != phase.Name ? $"{title} ({phase.Name})" : $"Phase {phase.Name}");
            told.Sentence(phase.Text);
            foreach (var step in phase.Steps)
            {
                told.Item(0, Step(step, schedule));
                told.Items(1, "ends when", step.Needs);
                told.Items(1, "needs", step.People);
                told.Items(1, "only here", step.Back);
            }

            told.Items(0, "only in this phase", phase.Back);
        }

        told.Part("In every step");
        told.Items(0, "", story.Back);
        told.Part("Policies");
        told.Items(0, "", story.Policies);
        if (schedule is not null)
        {
            told.Part("Earliest dates");
            told.Sentence(schedule.Text);
        }

        return ExitCode.Success;
    }

    private static string Step(StepStory step, PlanSchedule? schedule)
    {
        var name = step.Title is { } title && title != step.Name ? $"{step.Name} ({title})" : step.Name;
        var dates = schedule?.Steps.FirstOrDefault(one => one.Step == step.Name) is { Begins: { } begins }
            ? $", from {begins.UtcDateTime:yyyy-MM-dd HH:mm} UTC at the earliest" : "";
        return $"{name}: {step.Audience} on new{(step.Hold > TimeSpan.Zero ? $", for at least {Durations.Format(step.Hold)}" : "")}{dates}.";
    }

    /// <summary>A text for people, plain or in Markdown.</summary>
    private sealed class Told(TextWriter output, bool markdown)
    {
        public void Title(string text) => output.WriteLine(markdown ? $"# {text}" : Plain.Line(text));

        public void Part(string text)
        {
            output.WriteLine();
            output.WriteLine(markdown ? $"## {text}" : Plain.Line(text));
            if (markdown)
            {
                output.WriteLine();
            }
        }

        public void Sentence(string text)
        {
            if (text.Length > 0)
            {
                output.WriteLine(markdown ? $"\n{text}\n" : Plain.Line(text));
            }
        }

        public void Item(int level, string text) => output.WriteLine($"{new string(' ', (2 * level) + (markdown ? 0 : 2))}- {Plain.Line(text)}");

        public void Items(int level, string lead, IEnumerable<string> texts)
        {
            foreach (var text in texts)
            {
                Item(level, lead.Length == 0 ? text : $"{lead}: {text}");
            }
        }
    }
}
