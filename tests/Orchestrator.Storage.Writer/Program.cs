using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Log;
using Orchestrator.Storage;
using Orchestrator.Storage.Sqlite;
using Orchestrator.Storage.Writer;

// <folder> open       opens the log and closes it again
// <folder> append N   appends from N tasks until killed, and prints each acknowledged event
// Exit code 3: the folder belongs to another process.
var folder = args[0];
await using var services = new ServiceCollection().AddEmbeddedStorage(folder).BuildServiceProvider();
try
{
    var log = services.GetRequiredService<IEventLog>();
    if (args[1] == "append")
    {
        await Task.WhenAll(Enumerable.Range(1, int.Parse(args[2])).Select(worker => Task.Run(() => new Worker(log, worker).Run())));
    }

    Console.WriteLine("opened");
    return 0;
}
catch (DataFolderInUseException e)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}
