using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Segments;

public sealed class NetworkTests
{
    [Fact]
    public void Addresses_are_read_as_the_platform_writes_them() =>
        Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16], Gen.OneOfConst<byte>(0, 0, 255).Array[16]).Sample(bytes =>
    {
        var address = new IPAddress(bytes);
        return NetworkAddress.TryParse(Encoding.UTF8.GetBytes(address.ToString()), out var read) && read == Number(address);
    });

    [Fact]
    public void What_the_platform_refuses_is_no_address() => Gen.Char["0123456789abcf:."].Array[0, 20].Select(letters => new string(letters)).Sample(text =>
        !NetworkAddress.TryParse(Encoding.UTF8.GetBytes(text), out var read)
            || (IPAddress.TryParse(text, out var known) && Number(known) == read));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.+4")]
    [InlineData(" 1.2.3.4")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("1:2:3:4:5:6:7:8:")]
    [InlineData("12345::")]
    [InlineData("::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("1.2.3.4::")]
    [InlineData("::1.2.3.4.5")]
    public void Anything_else_is_no_address(string text) => Assert.False(NetworkAddress.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Range_holds_what_the_platform_says() =>
        Gen.Select(Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]), Gen.Int[0, 128], Gen.Int[0, 127]).Sample((bytes, prefix, flipped) =>
        {
            var address = new IPAddress(bytes);
            prefix = Math.Min(prefix, bytes.Length * 8);
            byte[] basis = [.. bytes.Select((one, at) => (byte)(one & (0xff00 >> Math.Clamp(prefix - (8 * at), 0, 8))))];
            var network = new IPNetwork(new IPAddress(basis), prefix);
            byte[] other = [.. bytes];
            other[flipped / 8 % bytes.Length] ^= (byte)(1 << (flipped % 8));
            return Network.Read(network.ToString(), out var read) is null
                && read.Contains(Number(address)) == network.Contains(address)
                && read.Contains(Number(new IPAddress(other))) == network.Contains(new IPAddress(other));
        });

    private static UInt128 Number(IPAddress address) =>
        BinaryPrimitives.ReadUInt128BigEndian(
            (address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address).GetAddressBytes());
}
