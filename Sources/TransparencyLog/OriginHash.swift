internal import Crypto

/// The name of a log in a witness's monitoring paths, `<prefix>/<origin hash>/checkpoint` (C2SP tlog-witness).
public enum OriginHash {
    /// The SHA-256 of the origin, without a newline, in lowercase hexadecimal.
    public static func text(of origin: String) -> String { Hex.encode(SHA256.hash(data: [UInt8](origin.utf8))) }
}
