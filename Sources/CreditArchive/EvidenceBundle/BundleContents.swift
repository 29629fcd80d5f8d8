internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import TransparencyLog

/// An entry of a bundle, decoded.
struct BundledEntry: Sendable {
    var part: BundlePart
    var entry: Entry
    var event: CreditEvent
}

/// What an evidence bundle says: entries, opened texts, attachments, under one checkpoint.
///
/// Maker and verifier both derive `bundle.json` and the page from it, so that neither file can say anything else than the
/// entries do.
struct BundleContents: Sendable {
    var caseID: CaseID
    var body: BodyID
    var checkpoint: Checkpoint
    /// The key that signed the checkpoint.
    var verifier: NoteVerifier
    /// By position.
    var entries: [BundledEntry]
    var openings: [SealedPlace: FieldDisclosure]
    /// Digests of the attachments whose files are in the bundle.
    var included: Set<String>
    /// Earlier checkpoints from which a consistency proof is in the bundle, smallest first.
    var consistency: [BundleManifest.Earlier]
    var madeAt: String

    /// A sealed text of the bundle and what became of it.
    struct SealedText: Sendable {
        enum State: Sendable {
            case opened(FieldDisclosure)
            case sealed
            /// By the entry at the position, on its legal basis.
            case erased(position: UInt64, basis: String)
        }

        var place: SealedPlace
        var field: SealedField
        var state: State
    }

    /// An attachment, with the positions of the entries that name it and the name that the first of them gives.
    struct NamedAttachment: Sendable {
        var evidence: Evidence
        var positions: [UInt64]
    }

    /// The entries of one part, by position; those of a stream are by version then.
    func entries(_ part: BundlePart) -> [BundledEntry] { entries.filter { $0.part == part } }

    /// The sealed texts of an entry, in the order of the event's members.
    func sealedTexts(of item: BundledEntry) -> [SealedText] {
        item.event.sealedFields.map { pointer, field in
            let place = SealedPlace(position: item.entry.position, pointer: pointer)
            return SealedText(place: place, field: field, state: state(of: field, at: place))
        }
    }

    var sealedTexts: [SealedText] { entries.flatMap { sealedTexts(of: $0) } }

    private func state(of field: SealedField, at place: SealedPlace) -> SealedText.State {
        if let disclosure = openings[place] { return .opened(disclosure) }
        if let erasure = entries.erasure(ofKey: field.keyID) {
            return .erased(position: erasure.position, basis: erasure.basis)
        }
        return .sealed
    }

    /// The attachments that the entries name, each digest once, in the order of their first naming.
    var attachments: [NamedAttachment] {
        var attachments: [NamedAttachment] = []
        for item in entries {
            for evidence in item.event.evidence {
                if let known = attachments.firstIndex(where: { $0.evidence.digest == evidence.digest }) {
                    attachments[known].positions.append(item.entry.position)
                } else {
                    attachments.append(NamedAttachment(evidence: evidence, positions: [item.entry.position]))
                }
            }
        }
        return attachments
    }

    var manifest: BundleManifest {
        BundleManifest(
            caseID: caseID, body: body, checkpoint: checkpoint, consistency: consistency,
            entries: entries.map { item in
                BundleManifest.Item(
                    position: item.entry.position, part: item.part, leafHash: MerkleHash.leaf(item.entry.bytes))
            },
            openings: openings.sorted { $0.key < $1.key }.map { place, disclosure in
                BundleManifest.Opening(
                    place: place, disclosure: disclosure, commitment: disclosure.commitment(at: place.pointer))
            },
            attachments: attachments.map { item in
                BundleManifest.Attachment(
                    digest: item.evidence.digest, size: item.evidence.size,
                    isIncluded: included.contains(item.evidence.digest))
            }, madeAt: madeAt)
    }
}

extension [BundledEntry] {
    /// The record among the entries that a data key was destroyed.
    func erasure(ofKey id: UInt32) -> (position: UInt64, basis: String)? {
        for item in self {
            if case .subjectKeyDestroyed(let data) = item.event, data.keyID == id {
                return (item.entry.position, data.basis)
            }
        }
        return nil
    }
}

extension CreditEvent {
    /// The sealed texts of a stored event with their JSON pointers within `data`.
    var sealedFields: [(pointer: String, field: SealedField)] {
        var fields: [(pointer: String, field: SealedField)] = []
        _ = mapTexts { pointer, text in
            if let field = text.sealed { fields.append((pointer, field)) }
            return text
        }
        return fields
    }
}
