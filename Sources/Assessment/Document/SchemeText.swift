/// The bytes of a scheme, an overlay or the list of options, with the name to call them by and their digest.
public struct SchemeText: Sendable, Hashable {
    /// A file name, for messages.
    public var name: String
    public var bytes: [UInt8]
    /// `sha256:` and 64 hexadecimal digits, computed by the caller: this target has no cryptography.
    public var digest: String

    public init(name: String, bytes: [UInt8], digest: String) {
        self.name = name
        self.bytes = bytes
        self.digest = digest
    }
}
