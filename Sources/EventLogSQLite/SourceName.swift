internal import CanonicalJSON

/// The name of a source, compared byte by byte as SQLite does.
struct SourceName: Hashable, Sendable {
    let text: String

    static func == (left: SourceName, right: SourceName) -> Bool { left.text.hasSameBytes(as: right.text) }
    func hash(into hasher: inout Hasher) { hasher.combine(utf8: text) }
}
