public import CanonicalJSON

/// The record that a scheme, as it stands or changed by an overlay, is in force here for evaluations from this entry on.
///
/// Both documents are kept beside the log under their digests, so that a result that was computed by them can be
/// computed again by whoever has the archive.
public struct SchemeAdopted: Sendable, Hashable, JSONEncodable {
    /// A scheme or an overlay, with the file that says it.
    public struct Document: Sendable, Hashable, JSONDecodable, JSONEncodable {
        public var id: String
        public var version: String
        public var file: Evidence

        public var digest: String { file.digest }

        public init(id: String, version: String, file: Evidence) {
            self.id = id
            self.version = version
            self.file = file
        }

        public init(json: JSONNode) throws(JSONFault) {
            var fields = try json.fields()
            file = try fields.required("file")
            (id, version) = try AdoptedDocument.name(&fields)
            try fields.finish()
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("file", file)
            writer.member("id", id)
            writer.member("version", version)
            writer.endObject()
        }
    }

    public var scheme: Document
    /// The overlay laid over it; nil: the scheme as it stands.
    public var overlay: Document?
    /// The only evaluated year that this adoption is for; nil: every year.
    public var year: Int?
    /// Who adopts it.
    public var office: String
    public var occurredOn: CalendarDay
    public var document: DocumentNumber?

    public init(
        scheme: Document, overlay: Document?, year: Int?, office: String, occurredOn: CalendarDay,
        document: DocumentNumber?
    ) {
        self.scheme = scheme
        self.overlay = overlay
        self.year = year
        self.office = office
        self.occurredOn = occurredOn
        self.document = document
    }

    init(reading fields: inout JSONFields) throws(JSONFault) {
        document = try fields.optional("document")
        occurredOn = try fields.required("occurredOn")
        office = try fields.required("office").name()
        overlay = try fields.optional("overlay")
        scheme = try fields.required("scheme")
        year = try fields.optional("year").map { (node) throws(JSONFault) in
            Int(try node.integer(in: Int64(CalendarDay.years.lowerBound)...Int64(CalendarDay.years.upperBound)))
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("document", document)
        writer.member("occurredOn", occurredOn)
        writer.member("office", office)
        writer.member("overlay", overlay)
        writer.member("scheme", scheme)
        writer.member("year", year)
        writer.endObject()
    }

    /// The scheme's file, and the overlay's.
    public var files: [Evidence] { [scheme.file] + [overlay?.file].compactMap(\.self) }
}
