internal import Assessment
internal import CanonicalJSON
public import CreditModel
internal import EventLog

/// Adopts a scheme for an archive's evaluations: keeps its documents and records that it is in force.
public struct SchemeAdoption: Sendable {
    /// What is adopted, by whom, and since when.
    public struct Request: Sendable {
        /// The id of a scheme that this program carries; with ``schemePath``, the id that the file is to have.
        public var scheme: String
        /// A scheme in a file, instead of the published one.
        public var schemePath: String?
        public var overlayPath: String?
        public var year: Int?
        public var office: String
        public var occurredOn: CalendarDay
        public var document: DocumentNumber?

        public init(
            _ scheme: String, schemePath: String? = nil, overlayPath: String? = nil, year: Int? = nil, office: String,
            on day: CalendarDay, document: DocumentNumber? = nil
        ) {
            self.scheme = scheme
            self.schemePath = schemePath
            self.overlayPath = overlayPath
            self.year = year
            self.office = office
            occurredOn = day
            self.document = document
        }
    }

    private let archive: Archive
    private let recordedBy: String

    public init(_ archive: Archive, recordedBy: String) {
        precondition(archive.writer != nil, "the archive was opened for reading")
        self.archive = archive
        self.recordedBy = recordedBy
    }

    /// Records the adoption; a scheme that cannot compute may be adopted, as a catalogue.
    ///
    /// Throws ``ArchiveError``: no such scheme, a document that does not hold (with its line), another scheme's file,
    /// `scheme-other-year`, a day in the future, `scheme-in-force` where nothing would change.
    public func adopt(_ request: Request) throws -> AdoptedScheme {
        guard request.occurredOn <= archive.today else {
            throw ArchiveError(Refusal.inTheFuture(request.occurredOn, today: archive.today, field: "--on"))
        }
        guard PlainText.isName(request.office, limit: 200) else {
            throw ArchiveError(
                .usage, "office-malformed", field: "--office", chinese: "采用单位应为 1–200 字，不含控制字符",
                english: "an office has 1–200 characters and no control characters")
        }
        let (text, overlay) = try documents(request)
        let scheme = try SchemeLibrary.published.scheme(text, overlay: overlay)
        guard scheme.id == request.scheme else {
            throw ArchiveError(
                .badInput, "scheme-other", field: "scheme",
                chinese: "文件 \(text.name) 是方案 \(scheme.id)，不是 \(request.scheme)",
                english: "the file \(text.name) is the scheme \(scheme.id), not \(request.scheme)")
        }
        if let year = request.year {
            do { try scheme.requireYear(year) } catch { throw ArchiveError(error) }
        }
        try requireNew(request, text, overlay)
        return try record(request, scheme, text, overlay)
    }

    private func documents(_ request: Request) throws(ArchiveError) -> (SchemeText, SchemeText?) {
        func file(_ path: String) throws(ArchiveError) -> SchemeText { SchemeLibrary.text(path, try Files.read(path)) }
        let text: SchemeText
        if let path = request.schemePath {
            text = try file(path)
        } else {
            text = try SchemeLibrary.published.text(of: request.scheme)
        }
        guard let path = request.overlayPath else { return (text, nil) }
        return (text, try file(path))
    }

    private func requireNew(_ request: Request, _ text: SchemeText, _ overlay: SchemeText?) throws {
        let last = try archive.adoptions(of: request.scheme).last { $0.data.year == request.year }
        guard let last, last.data.scheme.digest == text.digest, last.data.overlay?.digest == overlay?.digest else {
            return
        }
        throw ArchiveError(
            .conflict, "scheme-in-force", field: "scheme",
            chinese: "方案 \(request.scheme) 已按同样的文件采用（位置 \(last.position)），无需再采用",
            english:
                "the scheme \(request.scheme) is in force by the same documents already (position \(last.position))")
    }

    private func record(
        _ request: Request, _ scheme: Scheme, _ text: SchemeText, _ overlay: SchemeText?
    ) throws -> AdoptedScheme {
        guard let writer = archive.writer else { preconditionFailure("opened for writing") }
        func keep(_ text: SchemeText, _ id: String, _ version: String, as name: String) throws -> SchemeAdopted.Document
        {
            let digest = try archive.evidence.keep(text.bytes)
            return SchemeAdopted.Document(
                id: id, version: version, file: Evidence(digest: digest, name: name, size: Int64(text.bytes.count)))
        }
        let adopted = try keep(text, scheme.id, scheme.version, as: "\(scheme.id).yaml")
        var change: SchemeAdopted.Document?
        if let overlay, let told = scheme.overlay {
            change = try keep(overlay, told.id, told.version, as: "\(scheme.id).overlay.yaml")
        }
        let data = SchemeAdopted(
            scheme: adopted, overlay: change, year: request.year, office: request.office,
            occurredOn: request.occurredOn, document: request.document)
        try SchemeAdoption.requireReadable(data)
        let size = try archive.log.head().size
        let draft = EventDraft(
            .schemeAdopted(data),
            identity: EventIdentity(source: "urn:credit-archive:scheme", id: "adopted/\(size)/\(scheme.id)"),
            subject: .archive, recordedBy: recordedBy)
        let position = try writer.appendNow(AppendRequest([draft]))[0].position
        return AdoptedScheme(
            position: position, recordedTime: try archive.log.entry(at: position).recordedTime, data: data)
    }

    /// Ids and versions are the documents' own words: an entry that nobody could read is never written.
    private static func requireReadable(_ data: SchemeAdopted) throws(ArchiveError) {
        var writer = JSONWriter()
        data.write(to: &writer)
        do {
            _ = try CreditEvent(type: .schemeAdopted, data: JSONDocument(parsing: writer.bytes).root, form: .stored)
        } catch {
            throw ArchiveError(
                .badInput, "scheme-not-adoptable", field: error.pointer,
                chinese: "文件中的标识或版本不能用于采用（\(error.chinese)）：标识用小写字母、数字和 -，版本用字母、数字、. 和 -，各不超过 64、32 个字符",
                english:
                    "an id or version in the documents cannot be adopted (\(error.english)): ids have lower-case letters, "
                    + "digits and '-', versions letters, digits, '.' and '-', at most 64 and 32 characters")
        }
    }
}
