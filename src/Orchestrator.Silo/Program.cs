using Orchestrator.Grains.Log;
using Orchestrator.Silo;
using Orchestrator.Storage.Sqlite;

try
{
    await using var app = SiloApplication.Build(args);
    await app.RunAsync();
    return 0;
}
catch (SettingsException e)
{
    Console.Error.WriteLine("The settings are wrong; nothing was started:");
    foreach (var error in e.Errors)
    {
        Console.Error.WriteLine($"  {error}");
    }

    return 2;
}
catch (DataFolderInUseException e)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}
catch (StorageUnavailableException e)
{
    Console.Error.WriteLine(e.Message);
    return 4;
}
