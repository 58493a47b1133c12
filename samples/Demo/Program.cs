using Orchestrator.Samples.Demo;

if (DemoOptions.Read(args, out var options) is { } mistake)
{
    Console.Error.WriteLine(mistake);
    Console.Error.WriteLine(DemoOptions.Usage);
    return 2;
}

using var stop = new CancellationTokenSource(options.HardStop);
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
return await DemoRun.RunAsync(options, stop.Token);
