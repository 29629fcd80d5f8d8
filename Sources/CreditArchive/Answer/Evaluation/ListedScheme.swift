internal import Assessment
public import CanonicalJSON
internal import CreditModel

/// A scheme that this program carries or that the archive has adopted, with its adoptions (contract §3, `schemes`).
public struct ListedScheme: Sendable, Hashable {
    public var id: String
    public var title: String
    public var version: String
    /// Whether the scheme's source has all that a score needs.
    public var isComputable: Bool
    /// In order of recording; the last that fits a year is in force for it.
    public var adopted: [AdoptedScheme]
}

extension ListedScheme: JSONEncodable {
    public func write(to writer: inout JSONWriter) { write(to: &writer, withAdoptions: true) }

    /// - Parameter withAdoptions: without, as the public sees it: what standards there are, and nothing of the log.
    public func write(to writer: inout JSONWriter, withAdoptions: Bool) {
        writer.beginObject()
        writer.member("scheme", id)
        writer.member("title", title)
        writer.member("version", version)
        writer.member("computable", isComputable)
        if withAdoptions { writer.member("adopted", adopted) }
        writer.endObject()
    }
}

extension Auditor {
    /// The schemes of this program, and behind them those that the archive alone has; as known at a position.
    ///
    /// Throws ``ArchiveError`` where a document is missing, ``EventLogError`` on damage.
    public func schemes(atPosition position: UInt64? = nil) throws -> [ListedScheme] {
        let adopted = try adoptedSchemes(atPosition: position)
        func listed(_ scheme: Scheme) -> ListedScheme {
            ListedScheme(
                id: scheme.id, title: scheme.title, version: scheme.version, isComputable: scheme.incomplete == nil,
                adopted: adopted.filter { $0.data.scheme.id == scheme.id })
        }
        let published = SchemeLibrary.published.schemes
        let own = Set(adopted.map(\.data.scheme.id)).subtracting(published.map(\.id)).sorted()
        return try published.map(listed)
            + own.map { id in
                let year = adopted.last { $0.data.scheme.id == id }?.data.year
                return listed(try scheme(id, year: year, atPosition: position))
            }
    }
}
