internal import CanonicalJSON
internal import Crypto
internal import CryptoExtras

/// How a passphrase becomes a key: scrypt (RFC 7914) with its costs, which stand in the file beside what they made.
///
/// A file may come from anywhere, so that costs beyond 256 MiB of memory or about ten times the usual work are refused
/// before anything is computed.
struct ScryptParameters: Sendable, Hashable {
    /// Greatest memory in bytes, 128 · cost · blockSize (RFC 7914 §2).
    static let maximumMemoryBytes = 256 << 20
    /// Greatest cost · blockSize · parallelism, which time goes by.
    static let maximumWork = 1 << 23

    /// N, a power of two.
    var cost: Int
    /// r.
    var blockSize: Int
    /// p.
    var parallelism: Int
    var salt: [UInt8]

    /// The costs that OWASP's Password Storage Cheat Sheet gives for 64 MiB (N = 2^16, r = 8, p = 2), with a new salt.
    init(random: () -> [UInt8]) {
        (cost, blockSize, parallelism) = (1 << 16, 8, 2)
        salt = random()
    }

    /// Refuses costs that are too low to protect anything, or too high to be borne.
    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        blockSize = try fields.required("blockSize").number(in: 8...32)
        let cost = try fields.required("cost")
        self.cost = try cost.number(in: 1 << 14...1 << 20)
        let name = try fields.required("name")
        guard name.isString("scrypt") else { throw name.fault(.badValue, "scrypt") }
        parallelism = try fields.required("parallelism").number(in: 1...16)
        salt = try fields.required("salt").bytes(in: 16...64)
        try fields.finish()
        guard self.cost & (self.cost - 1) == 0 else { throw cost.fault(.badValue, "a power of two") }
        guard 128 * self.cost * blockSize <= ScryptParameters.maximumMemoryBytes,
            self.cost * blockSize * parallelism <= ScryptParameters.maximumWork
        else { throw json.fault(.badValue, "at most 256 MiB and 2^23 block operations") }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("blockSize", blockSize)
        writer.member("cost", cost)
        writer.member("name", "scrypt")
        writer.member("parallelism", parallelism)
        writer.key("salt")
        writer.base64URL(salt)
        writer.endObject()
    }

    /// The 256-bit key of a passphrase; takes a fraction of a second, on purpose.
    func key(of passphrase: Passphrase) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: passphrase.bytes, salt: salt, outputByteCount: 32, rounds: cost, blockSize: blockSize,
            parallelism: parallelism)
    }
}

extension JSONNode {
    /// A whole number within bounds.
    func number(in range: ClosedRange<Int>) throws(JSONFault) -> Int {
        guard let number = Int(exactly: try integer()), range.contains(number) else {
            throw fault(.badValue, "\(range.lowerBound)…\(range.upperBound)")
        }
        return number
    }

    /// Bytes in base64url without padding.
    func bytes(in counts: ClosedRange<Int>) throws(JSONFault) -> [UInt8] {
        guard let bytes = Base64URL.decode(try string().utf8), counts.contains(bytes.count) else {
            throw fault(.badValue, "\(counts.lowerBound)–\(counts.upperBound) bytes in base64url without padding")
        }
        return bytes
    }
}
