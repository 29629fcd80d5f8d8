/// Base64url without padding (RFC 4648 §5), read strictly: no padding, no white space, unused bits zero.
public enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    /// Appends the text form of `bytes`.
    public static func append(_ bytes: some Collection<UInt8>, to text: inout [UInt8]) {
        if bytes.withContiguousStorageIfAvailable({ append($0, to: &text) }) == nil {
            Array(bytes).withUnsafeBufferPointer { append($0, to: &text) }
        }
    }

    private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        alphabet.withUnsafeBufferPointer { alphabet in
            text.reserveCapacity(text.count + (bytes.count * 4 + 2) / 3)
            var bits: UInt32 = 0
            var count = 0
            for byte in bytes {
                bits = bits << 8 | UInt32(byte)
                count += 8
                while count >= 6 {
                    count -= 6
                    text.append(alphabet[Int(bits >> UInt32(count)) & 63])
                }
            }
            if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count)) & 63]) }
        }
    }

    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` stands for, or nil where it is not strict base64url.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            let value = values[Int(byte)]
            guard value != 0xFF else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bits & ((1 << UInt32(count)) - 1) == 0 ? bytes : nil
    }
}
