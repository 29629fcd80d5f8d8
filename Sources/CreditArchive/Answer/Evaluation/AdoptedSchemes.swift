public import Assessment
public import CreditModel
internal import EventLog
internal import Projections

/// A scheme that an archive has adopted, and where it says so.
public struct AdoptedScheme: Sendable, Hashable {
    public var position: UInt64
    public var recordedTime: String
    public var data: SchemeAdopted
}

extension Archive {
    /// Every adoption of a scheme that was recorded at or before a position, in order of recording.
    func adoptions(of scheme: String? = nil, atPosition position: UInt64? = nil) throws -> [AdoptedScheme] {
        var found: [AdoptedScheme] = []
        for entry in try log.entries(of: .archive) where entry.type == EventType.schemeAdopted.rawValue {
            guard position.map({ entry.position <= $0 }) ?? true, case .schemeAdopted(let data) = try entry.event(),
                scheme.map({ $0 == data.scheme.id }) ?? true
            else { continue }
            found.append(AdoptedScheme(position: entry.position, recordedTime: entry.recordedTime, data: data))
        }
        return found
    }

    /// A document by its digest: one that this program carries, or one that the archive keeps. Throws ``ArchiveError``
    /// where it is missing or altered.
    func schemeDocument(_ digest: String, name: String) throws(ArchiveError) -> SchemeText {
        if let text = SchemeLibrary.published.text(digest: digest) { return text }
        return SchemeLibrary.text(name, try evidence.bytes(digest))
    }

    /// The scheme that two digests name. Throws ``ArchiveError``: a document is missing, or this program cannot read it.
    func scheme(_ id: String, digest: String, overlay: String?) throws(ArchiveError) -> Scheme {
        let text = try schemeDocument(digest, name: "\(id).yaml")
        var change: SchemeText?
        if let overlay { change = try schemeDocument(overlay, name: "overlay of \(id)") }
        return try SchemeLibrary.published.scheme(text, overlay: change)
    }

    /// What observations may carry: the inputs of every published scheme, and of every scheme and overlay adopted. What
    /// only a document says that is missing here is refused as unknown, and nothing else.
    func observationCatalogue() throws -> ObservationCatalogue {
        var catalogue = ObservationCatalogue.standard
        for adoption in try adoptions() {
            let data = adoption.data
            let known = try? scheme(data.scheme.id, digest: data.scheme.digest, overlay: data.overlay?.digest)
            if let known { catalogue.add(known) }
        }
        return catalogue
    }
}

extension Auditor {
    /// Every adoption of a scheme, in order of recording; as known at a position, if one is given.
    public func adoptedSchemes(atPosition position: UInt64? = nil) throws -> [AdoptedScheme] {
        try archive.adoptions(atPosition: position)
    }

    /// The scheme by which a year is evaluated: the one adopted last for it, else the one that this program carries; an
    /// overlay in a file takes the place of the adopted one.
    ///
    /// - Parameter position: as known at; nil: as known now.
    /// - Throws: ``ArchiveError``: there is no such scheme, a document is missing, or the overlay does not fit.
    public func scheme(
        _ id: String, year: Int?, overlayAt path: String? = nil, atPosition position: UInt64? = nil
    ) throws -> Scheme {
        let adopted = try archive.adoptions(of: id, atPosition: position).last { adoption in
            adoption.data.year == nil || adoption.data.year == year
        }
        guard let adopted else { return try SchemeLibrary.published.scheme(id, overlayAt: path) }
        let data = adopted.data
        guard let path else {
            return try archive.scheme(id, digest: data.scheme.digest, overlay: data.overlay?.digest)
        }
        let text = try archive.schemeDocument(data.scheme.digest, name: "\(id).yaml")
        return try SchemeLibrary.published.scheme(text, overlay: SchemeLibrary.text(path, Files.read(path)))
    }

    /// The scheme that an indicator's id belongs to: of those that were adopted, or that this program carries.
    public func scheme(ofIndicator indicator: String, year: Int?, atPosition position: UInt64? = nil) throws -> String?
    {
        if let published = SchemeLibrary.published.scheme(ofIndicator: indicator) { return published.id }
        return try archive.adoptions(atPosition: position).reversed().map(\.data.scheme.id).first { id in
            try scheme(id, year: year, atPosition: position)[indicator: indicator] != nil
        }
    }
}
