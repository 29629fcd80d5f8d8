internal import Crypto
internal import EventLog
internal import TransparencyLog

/// A verifier key as people compare it: its id, and the SHA-256 of what the key string holds in base64 (type ‖ public
/// key).
struct KeyFingerprint: Sendable, Hashable {
    /// Eight hexadecimal digits, as in the key string.
    let keyID: String
    /// 64 hexadecimal digits in groups of four.
    let groups: String

    init(_ verifier: NoteVerifier) {
        let parts = verifier.string.split(separator: "+", maxSplits: 2)
        keyID = parts.count == 3 ? String(parts[1]) : ""
        let digits = SHA256.hash(data: [verifier.algorithm.rawValue] + verifier.publicKey).flatMap { byte in
            let digits = String(byte, radix: 16)
            return Array(byte < 16 ? "0" + digits : digits)
        }
        groups = stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<$0 + 4]) }.joined(separator: " ")
    }
}

/// Instants as the page shows them: Beijing time, to the second.
enum BeijingTime {
    /// - Parameter time: UTC, RFC 3339 with milliseconds, as the log writes it; anything else is shown as it is.
    static func text(_ time: String) -> String {
        guard let milliseconds = RecordedTime.milliseconds(time) else { return time }
        // UTC+8 the whole year.
        let local = RecordedTime.text(milliseconds: milliseconds + 8 * 3_600_000)
        return String(local.prefix(19).replacing("T", with: " "))
    }
}
