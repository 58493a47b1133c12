using System.Text;

// What OFREP is compared with: the least that Kestrel does for a POST with a small JSON answer. It reads no body and decides nothing.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();

const string start = "{\"key\":\"checkout\",\"value\":true,\"reason\":\"SPLIT\",\"metadata\":{\"text\":\"";
const string end = "\"}}";
var answer = Encoding.UTF8.GetBytes(start + new string('x', 200 - start.Length - end.Length) + end);

app.Run(async http =>
{
    http.Response.ContentType = "application/json";
    http.Response.ContentLength = answer.Length;
    await http.Response.BodyWriter.WriteAsync(answer);
});
app.Run();
