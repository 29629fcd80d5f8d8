public import CanonicalJSON
public import CreditModel

/// A document that changes a scheme's options, bands, weights and dates, with the reason; results name it.
public struct Overlay: Sendable, Hashable {
    public var id: String
    public var version: String
    public var dated: CalendarDay
    /// Who decided so, and by which document.
    public var reason: String
    /// SHA-256 of the document.
    public var digest: String
}

extension Overlay {
    /// The keys by which an overlay tells of itself; all others are changes.
    private static let own: Set<String> = ["overlay", "version", "dated", "scheme", "reason"]

    /// Reads an overlay and lays it over a scheme's document. Throws ``SchemeFault``.
    static func lay(
        _ text: SchemeText, over scheme: DocumentNode
    ) throws(SchemeFault) -> (overlay: Overlay, merged: DocumentNode) {
        let root = try YAMLReader.read(text)
        let members = try root.members()
        var head = root
        head.content = .mapping(members.filter { own.contains($0.key) })
        var fields = try head.fields()
        let overlay = Overlay(
            id: try fields.text("overlay"), version: try fields.text("version"),
            dated: try CalendarDay(reading: fields.required("dated")), reason: try fields.text("reason"),
            digest: text.digest)
        let named = try fields.required("scheme")
        let target = try scheme.members().first { $0.key == "scheme" }?.value.text()
        guard try named.text() == target else {
            throw named.fault(
                .otherScheme, chinese: "这份调整文件不是给 \(target ?? "") 的", english: "this overlay is not for \(target ?? "")"
            )
        }
        let isIncomplete = try scheme.members().contains { $0.key == "incomplete" && !$0.value.isNull }
        var merge = DocumentMerge(isIncomplete: isIncomplete)
        var changes = root
        changes.content = .mapping(members.filter { !own.contains($0.key) })
        return (overlay, try merge.lay(changes, over: scheme, at: []))
    }
}

extension Overlay: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("dated", dated)
        writer.member("digest", digest)
        writer.member("id", id)
        writer.member("reason", reason)
        writer.member("version", version)
        writer.endObject()
    }
}

extension CalendarDay {
    init(reading node: DocumentNode) throws(SchemeFault) {
        guard let day = CalendarDay(try node.text()) else {
            throw node.badValue("日期，如 2023-03-31", "a day, YYYY-MM-DD")
        }
        self = day
    }
}
