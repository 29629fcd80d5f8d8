/// The name of a source, compared byte by byte as SQLite does.
struct SourceName: Hashable, Sendable {
    let text: String

    static func == (left: SourceName, right: SourceName) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
