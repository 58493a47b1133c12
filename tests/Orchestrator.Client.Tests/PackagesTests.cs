using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Xml.Linq;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Client.Tests;

public sealed class PackagesTests(PackagedSample sample) : IClassFixture<PackagedSample>
{
    private static readonly string[] Clients =
    [
        "Orchestrator.Client",
        "Orchestrator.Client.AspNetCore",
        "Orchestrator.Client.FeatureManagement",
    ];

    [Fact]
    public async Task Sample_of_the_packages_routes_by_a_silo()
    {
        await using var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/architecture", Answers.Text(
            """
            plan: architecture
            title: The new architecture
            flag: useNewArchitecture
            phases: [ { name: all, steps: [ { percentage: 100%, hold: 1h } ] } ]
            """, "application/yaml")).Json(201);
        var rollout = new { id = "r1", plan = "architecture", environment = "production" };
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", rollout).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        var key = (await silo.NewKey("evaluation", "production")).Text;
        var cache = Path.Combine(silo.Folder, "sample.table");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [
            sample.Program, "--urls", "http://127.0.0.1:0",
            "--Orchestrator:Url", silo.Address.AbsoluteUri, "--Orchestrator:Key", key, "--Orchestrator:CacheFile", cache,
        ])
        {
            // Here lie the settings of the silo, which silence the line that is waited for.
            WorkingDirectory = Path.GetDirectoryName(sample.Program),
            RedirectStandardOutput = true,
        })!;
        try
        {
            using var http = new HttpClient { BaseAddress = await Address(process).WaitAsync(SiloHost.Patience) };

            Assert.Equal("Hello from the new path", await http.GetStringAsync("?user=ann"));
            Assert.Equal("new", await http.GetStringAsync("features?user=ann"));
            Assert.Equal("11.90", await http.GetStringAsync("checked?amount=10"));
            Assert.Equal("production", (await http.GetFromJsonAsync<JsonElement>("table")).GetProperty("environment").GetString());
            var paid = await http.PostAsync("pay?user=ann&card=refused", null);
            Assert.Equal("the bank refuses", await paid.Content.ReadAsStringAsync());
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Compiler_of_a_service_sees_the_client_alone()
    {
        Assert.Equal(Clients, await sample.Seen());

        using var package = Open("Orchestrator.Client", "nupkg");
        var types = package.Entries.Where(entry => entry.FullName.StartsWith("ref/", StringComparison.Ordinal))
            .Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).SelectMany(PublicTypes).ToArray();
        Assert.Contains("Orchestrator.Client.IRolloutRouter", types);
        Assert.All(types, type => Assert.StartsWith("Orchestrator.Client.", type));
        Assert.NotNull(package.GetEntry("lib/net10.0/Orchestrator.Domain.dll"));
    }

    [Fact]
    public void Names_beside_those_of_a_web_service_are_the_clients_alone()
    {
        var web = typeof(Microsoft.AspNetCore.Routing.IRouter).Assembly;
        var features = typeof(Microsoft.FeatureManagement.IFeatureManager).Assembly;
        string[] spaces =
        [
            "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Net.Http.Json",
            "System.Threading", "System.Threading.Tasks", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http",
            "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
            "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging", "Microsoft.FeatureManagement",
        ];
        var taken = web.GetReferencedAssemblies().Select(Assembly.Load).Append(web).Append(features).Append(typeof(object).Assembly)
            .SelectMany(assembly => assembly.GetExportedTypes()).Where(type => spaces.Contains(type.Namespace))
            .Select(type => type.Name).ToHashSet();
        Assert.Contains("IRouter", taken);
        Assert.Contains("Variant", taken);

        Type[] shown =
        [
            .. typeof(IRolloutRouter).Assembly.GetExportedTypes(),
            .. typeof(AspNetCore.RolloutMetricsApplicationBuilderExtensions).Assembly.GetExportedTypes(),
            .. typeof(FeatureManagement.OrchestratorFeatureManagementBuilderExtensions).Assembly.GetExportedTypes(),
        ];

        Assert.Empty(shown.Select(type => type.Name).Intersect(taken));
    }

    [Fact]
    public void Packages_carry_documentation_symbols_with_sources_and_one_version()
    {
        var versions = Clients.SelectMany(name =>
        {
            using var package = Open(name, "nupkg");
            using var symbols = Open(name, "snupkg");
            var folder = package.GetEntry($"ref/net10.0/{name}.dll") is null ? "lib" : "ref";
            Assert.Contains("<summary>", Text(package.GetEntry($"{folder}/net10.0/{name}.xml")!), StringComparison.Ordinal);
            Assert.NotNull(package.GetEntry("README.md"));
            var files = symbols.Entries.Where(entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal)).ToArray();
            Assert.NotEmpty(files);
            Assert.All(files, entry => Assert.True(HasSources(entry), entry.FullName));
            var about = XDocument.Parse(Text(package.GetEntry($"{name}.nuspec")!)).Root!.Elements().Single();
            Assert.DoesNotContain(about.Elements(), one => one.Name.LocalName is "license" or "licenseUrl" or "projectUrl");
            var ours = about.Descendants().Where(one => one.Name.LocalName == "dependency")
                .Where(one => one.Attribute("id")!.Value.StartsWith("Orchestrator.", StringComparison.Ordinal));
            return ours.Select(one => one.Attribute("version")!.Value)
                .Append(about.Elements().Single(one => one.Name.LocalName == "version").Value).ToArray();
        });

        Assert.Single(versions.Distinct());
    }

    private static async Task<Uri> Address(Process process)
    {
        const string Said = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(Said, StringComparison.Ordinal))
            {
                // Read on, so that the process never waits for a full pipe.
                _ = process.StandardOutput.ReadToEndAsync();
                return new Uri(line[(line.IndexOf(Said, StringComparison.Ordinal) + Said.Length)..].Trim());
            }
        }

        throw new InvalidOperationException("The sample ended before it listened.");
    }

    private ZipArchive Open(string name, string kind) =>
        ZipFile.OpenRead(Directory.EnumerateFiles(sample.Feed, $"{name}.1.*.{kind}").Single());

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    private static IEnumerable<string> PublicTypes(ZipArchiveEntry assembly)
    {
        using var file = new PEReader(Whole(assembly));
        var metadata = file.GetMetadataReader();
        return [.. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
            .Where(type => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")];
    }

    /// <summary>True when every document has its text: a debugger shows it without an address of the repository.</summary>
    private static bool HasSources(ZipArchiveEntry symbols)
    {
        var embedded = new Guid("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
        using var provider = MetadataReaderProvider.FromPortablePdbStream(Whole(symbols));
        var metadata = provider.GetMetadataReader();
        return metadata.Documents.All(document => metadata.GetCustomDebugInformation(document)
            .Any(one => metadata.GetGuid(metadata.GetCustomDebugInformation(one).Kind) == embedded));
    }

    private static MemoryStream Whole(ZipArchiveEntry entry)
    {
        var whole = new MemoryStream();
        using var part = entry.Open();
        part.CopyTo(whole);
        whole.Position = 0;
        return whole;
    }
}
