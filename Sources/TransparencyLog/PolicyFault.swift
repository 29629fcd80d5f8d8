/// Why a file is not a trust policy (C2SP tlog-policy): in which line, and what to do.
public struct PolicyFault: Error, Sendable, Hashable {
    /// The line, counted from 1; nil where the fault is of the file as a whole.
    public let line: Int?
    /// One sentence in Chinese: what is wrong and what to do.
    public let chinese: String
    /// One sentence in English: what is wrong and what to do.
    public let english: String

    /// A fault with its place and what is wrong.
    public init(line: Int?, _ chinese: String, _ english: String) {
        (self.line, self.chinese, self.english) = (line, chinese, english)
    }
}

extension PolicyFault: CustomStringConvertible {
    /// The line and what is wrong, for a log line.
    public var description: String { line.map { "line \($0): \(english)" } ?? english }
}

/// A name or URL of a policy: octets without meaning of their own (C2SP tlog-policy, Character set).
///
/// Compared by its bytes alone: `K` and the Kelvin sign are two names, and so are two ways to write `é`.
public struct PolicyText: Sendable, Hashable {
    /// The octets; not always UTF-8.
    public let bytes: [UInt8]

    /// A text of octets as they stand in the file.
    public init(_ bytes: some Sequence<UInt8>) { self.bytes = [UInt8](bytes) }

    /// The text of a string.
    public init(_ string: String) { bytes = [UInt8](string.utf8) }

    /// The text for a reader; octets that are not UTF-8 are replaced.
    public var string: String { String(decoding: bytes, as: UTF8.self) }
}
