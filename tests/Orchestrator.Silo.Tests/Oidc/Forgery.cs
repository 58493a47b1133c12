using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Silo.Tests.Oidc;

/// <summary>Tokens that no issuer made.</summary>
internal static class Forgery
{
    /// <summary>The same claims under no signature at all.</summary>
    public static string Unsigned(string token) => $"{Encode(new { alg = "none", typ = "at+jwt" })}.{token.Split('.')[1]}.";

    /// <summary>The same claims, signed by HMAC with the text of the public key, which everybody has.</summary>
    public static string WithPublicKey(string token, JsonElement published)
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(published.GetProperty("n").GetString()),
            Exponent = Base64Url.DecodeFromChars(published.GetProperty("e").GetString()),
        });
        var head = $"{Encode(new { alg = "HS256", typ = "at+jwt", kid = published.GetProperty("kid").GetString() })}.{token.Split('.')[1]}";
        return $"{head}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(head)))}";
    }

    /// <summary>The same claims, signed by another key under this id.</summary>
    public static string WithOtherKey(string token, string kid)
    {
        using var rsa = RSA.Create(2048);
        var head = $"{Encode(new { alg = "RS256", typ = "at+jwt", kid })}.{token.Split('.')[1]}";
        return $"{head}.{Base64Url.EncodeToString(rsa.SignData(Encoding.ASCII.GetBytes(head), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>The signature of one token under the claims of another role.</summary>
    public static string Promoted(string token, string role)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        claims["roles"] = new JsonArray(role);
        return $"{parts[0]}.{Encode(claims)}.{parts[2]}";
    }

    private static string Encode<T>(T part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
