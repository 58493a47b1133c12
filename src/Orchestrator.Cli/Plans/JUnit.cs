using System.Globalization;
using System.Xml;

namespace Orchestrator.Cli.Plans;

/// <summary>Results of tests as JUnit XML, which build servers show.</summary>
internal static class JUnit
{
    public static void Write(IReadOnlyList<TestResult> results, TextWriter output)
    {
        var settings = new XmlWriterSettings { Indent = true, CheckCharacters = false, OmitXmlDeclaration = true };
        using var xml = XmlWriter.Create(output, settings);
        xml.WriteStartElement("testsuites");
        foreach (var file in results.GroupBy(result => result.File))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", file.Key);
            xml.WriteAttributeString("tests", Number(file.Count()));
            xml.WriteAttributeString("failures", Number(file.Count(one => !one.Passed)));
            foreach (var result in file)
            {
                xml.WriteStartElement("testcase");
                xml.WriteAttributeString("classname", file.Key);
                xml.WriteAttributeString("name", result.Run.Scenario.Name);
                xml.WriteAttributeString("time", result.Took.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
                foreach (var mismatch in result.Mismatches)
                {
                    xml.WriteStartElement("failure");
                    xml.WriteAttributeString("message", Output.Plain.Line($"expected {mismatch.Expected}; happened: {mismatch.Happened}"));
                    xml.WriteString(Output.Plain.Line($"{file.Key}:{mismatch.Line} {mismatch.Verdict}"));
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.Flush();
        output.WriteLine();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
