public import Assessment
internal import Schema

/// The evaluation schemes that this program carries, read and checked once.
public struct SchemeLibrary: Sendable {
    /// Schemes and options as published in `Schema/schemes`.
    public static let published: SchemeLibrary = {
        do { return try SchemeLibrary() } catch { preconditionFailure("the embedded schemes are sound: \(error)") }
    }()

    public let options: OptionCatalogue
    /// In the order of their ids.
    public let schemes: [Scheme]
    /// Which of their indicators are about one idea (Q26).
    public let themes: ThemeMap
    private let texts: [String: SchemeText]

    private init() throws(SchemeFault) {
        let options = try OptionCatalogue(SchemeLibrary.text("options.yaml", Schema.schemeOptions))
        var schemes: [Scheme] = []
        var texts: [String: SchemeText] = [:]
        for (id, bytes) in Schema.schemes {
            let text = SchemeLibrary.text("\(id).yaml", bytes)
            schemes.append(try Scheme(text, options: options))
            texts[id] = text
        }
        themes = try ThemeMap(SchemeLibrary.text("themes.yaml", Schema.schemeThemes), schemes: schemes)
        (self.options, self.schemes, self.texts) = (options, schemes, texts)
    }

    /// A document with its digest.
    public static func text(_ name: String, _ bytes: [UInt8]) -> SchemeText {
        SchemeText(name: name, bytes: bytes, digest: EvidenceStore.digest(bytes))
    }

    /// The scheme that has an indicator, for questions that name nothing else; nil where none has it.
    public func scheme(ofIndicator indicator: String) -> Scheme? {
        schemes.first { $0[indicator: indicator] != nil }
    }

    /// The document of a scheme that this program carries. Throws ``ArchiveError`` `scheme-unknown`.
    public func text(of id: String) throws(ArchiveError) -> SchemeText {
        if let text = texts[id] { return text }
        let known = schemes.map(\.id).joined(separator: " ")
        throw ArchiveError(
            .notFound, "scheme-unknown", field: "--scheme", chinese: "没有方案“\(id)”；可用：\(known)",
            english: "there is no scheme '\(id)'; known: \(known)")
    }

    /// The document of this digest; nil where this program carries none.
    func text(digest: String) -> SchemeText? { texts.values.first { $0.digest == digest } }

    /// A scheme by its id, changed by the overlay in a file if one is named.
    ///
    /// Throws ``ArchiveError`` where there is no such scheme or file, or where the overlay does not fit: it is to be mended.
    public func scheme(_ id: String, overlayAt path: String?) throws(ArchiveError) -> Scheme {
        guard let path else { return try scheme(id) }
        return try scheme(id, overlay: SchemeLibrary.text(path, Files.read(path)))
    }

    /// A scheme by its id, changed by an overlay if one is given. Throws ``ArchiveError`` likewise.
    public func scheme(_ id: String, overlay: SchemeText? = nil) throws(ArchiveError) -> Scheme {
        try scheme(text(of: id), overlay: overlay)
    }

    /// A scheme by its document, changed by an overlay's. Throws ``ArchiveError`` with the line at fault.
    public func scheme(_ text: SchemeText, overlay: SchemeText?) throws(ArchiveError) -> Scheme {
        do { return try Scheme(text, overlay: overlay, options: options) } catch { throw ArchiveError(error) }
    }
}
