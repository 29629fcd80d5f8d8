internal import Foundation
internal import Synchronization

/// The passphrase that an encrypted signing key opens with: one line of 8 to 1,024 bytes, in Unicode's form C (as RFC
/// 8265 §4.2 asks of passwords), so that it does not matter on which keyboard it was typed.
///
/// Prints as dots. What memory held it is not wiped: Swift's values cannot promise that.
public struct Passphrase: Sendable, CustomStringConvertible, CustomReflectable {
    static let byteCounts = 8...1_024

    let bytes: [UInt8]

    /// Throws ``ArchiveError`` `passphrase-malformed`.
    public init(_ text: String) throws(ArchiveError) {
        bytes = Array(text.precomposedStringWithCanonicalMapping.utf8)
        guard Passphrase.byteCounts.contains(bytes.count), !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw ArchiveError(
                .badInput, "passphrase-malformed", chinese: "口令应为一行 8–1024 字节的文字，不含控制字符",
                english: "a passphrase is one line of 8 to 1,024 bytes without control characters")
        }
    }

    /// The content of a file, without one line end at its end. Throws `passphrase-malformed`.
    public init(file bytes: [UInt8]) throws(ArchiveError) {
        var text = bytes[...]
        if text.last == 0x0A { text.removeLast() }
        if text.last == 0x0D { text.removeLast() }
        guard let text = String(validating: text, as: UTF8.self) else {
            throw ArchiveError(
                .badInput, "passphrase-malformed", chinese: "口令文件不是 UTF-8 文本",
                english: "the file of the passphrase is not UTF-8 text")
        }
        try self.init(text)
    }

    public var description: String { "••••" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Where a passphrase comes from when one is needed: handed over, or asked of a person.
public struct PassphraseSource: Sendable {
    /// Why a passphrase is asked for.
    public enum Purpose: Sendable {
        /// To open a key that is encrypted.
        case opening
        /// To encrypt a key from now on: a person is asked twice.
        case setting
    }

    /// One that was handed over, in a file or the environment; nil where none was.
    let given: @Sendable () throws -> Passphrase?
    private let ask: @Sendable (Purpose) throws -> Passphrase?
    /// What to say where there is none: the option, and what else would do.
    private let missing: ArchiveError

    /// - Parameters:
    ///   - given: reads what was handed over; called only when it is needed.
    ///   - ask: asks a person; nil where there is nobody to ask.
    ///   - missing: what is thrown where there is none: names the option by which this one is given.
    public init(
        given: @escaping @Sendable () throws -> Passphrase?,
        ask: @escaping @Sendable (Purpose) throws -> Passphrase? = { _ in nil },
        missing: ArchiveError = .passphraseNeeded
    ) {
        self.given = given
        self.ask = ask
        self.missing = missing
    }

    /// As this one, but a person is asked once, and the answer is kept as long as the source is: for a service.
    public func askingOnce() -> PassphraseSource {
        let asked = Mutex<Passphrase?>(nil)
        return PassphraseSource(
            given: given,
            ask: { purpose in
                try asked.withLock { asked in
                    if asked == nil { asked = try ask(purpose) }
                    return asked
                }
            })
    }

    /// Always the same one.
    public init(_ passphrase: Passphrase) { self.init { passphrase } }

    /// None: whatever needs a passphrase is refused.
    public static let none = PassphraseSource { nil }

    /// The passphrase under which a new key is kept: one where the former key had one, or one was given; else nil.
    func passphrase(forNewKeyAfter former: SigningKeyFile?) throws -> Passphrase? {
        try former?.form == .encrypted ? passphrase(for: .setting) : given()
    }

    /// The passphrase. Throws ``ArchiveError`` `passphrase-needed` where there is none.
    func passphrase(for purpose: Purpose) throws -> Passphrase {
        if let given = try given() { return given }
        if let asked = try ask(purpose) { return asked }
        throw missing
    }
}

extension ArchiveError {
    /// The key is encrypted, and no passphrase was given.
    public static let passphraseNeeded = ArchiveError(
        .usage, "passphrase-needed", field: "--passphrase-file",
        chinese: "签名密钥已用口令加密：请用 --passphrase-file 或环境变量 CREDIT_ARCHIVE_PASSPHRASE 给出口令，或在终端上运行以便输入",
        english:
            "the signing key is encrypted by a passphrase: give it with --passphrase-file or in the environment "
            + "as CREDIT_ARCHIVE_PASSPHRASE, or run this on a terminal to be asked")
}
