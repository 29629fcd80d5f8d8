internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import TransparencyLog

// What proven entries have to be, so that together they are the history of one case.
extension BundleExamination {
    private func receipt(_ item: BundledEntry) -> String {
        "\(BundleLayout.receipts)/\(BundleLayout.receipt(item.entry.position))"
    }

    /// Each part is the stream that it says it is, from version 0 on without a gap.
    mutating func checkStreams(_ items: [BundledEntry], _ manifest: BundleManifest) {
        check(items.filter { $0.part == .caseEntry }, are: .case(manifest.caseID.text)) { event in
            if case .incidentDetermined(let data) = event { data.body == manifest.body } else { false }
        }
        check(items.filter { $0.part == .body }, are: .body(manifest.body.text)) { event in
            if case .bodyRegistered = event { true } else { false }
        }
    }

    private mutating func check(
        _ items: [BundledEntry], are stream: StreamID, beginsWith isFirst: (CreditEvent) -> Bool
    ) {
        guard let first = items.first else {
            add(.streamBroken, BundleLayout.manifest, "没有 \(stream) 的条目", "there is no entry of \(stream)")
            return
        }
        if !isFirst(first.event) {
            add(.streamBroken, receipt(first), "\(stream) 不应以此条开始", "\(stream) does not begin with this entry")
        }
        for (version, item) in items.enumerated() {
            guard item.entry.subject == stream else {
                add(.entryForeign, receipt(item), "属于 \(item.entry.subject)", "it is of \(item.entry.subject)")
                continue
            }
            if item.entry.sequence != UInt64(version) {
                add(
                    .streamBroken, receipt(item), "\(stream) 第 \(item.entry.sequence) 版，应为第 \(version) 版",
                    "it is version \(item.entry.sequence) of \(stream), not \(version)")
                // One gap is one finding.
                return
            }
        }
    }

    /// A record of an erasure belongs where a text of the bundle is under the destroyed key.
    mutating func checkErasures(_ items: [BundledEntry]) {
        let keys = Set(items.flatMap { $0.event.sealedFields.map(\.field.keyID) })
        for item in items where item.part == .erasure {
            if case .subjectKeyDestroyed(let data) = item.event, keys.contains(data.keyID),
                item.entry.subject == .archive
            {
                continue
            }
            add(.entryForeign, receipt(item), "不是本事项文本的抹除记录", "no record of the erasure of a text of this case")
        }
    }

    /// - Returns: the openings that are what was recorded.
    mutating func checkOpenings(
        _ manifest: BundleManifest, _ items: [BundledEntry]
    ) -> [SealedPlace: FieldDisclosure] {
        var openings: [SealedPlace: FieldDisclosure] = [:]
        var fields: [SealedPlace: (keyID: UInt32, commitment: [UInt8])] = [:]
        for item in items {
            for (pointer, field) in item.event.sealedFields {
                fields[SealedPlace(position: item.entry.position, pointer: pointer)] = (
                    field.keyID, field.commitment.bytes
                )
            }
        }
        for opening in manifest.openings {
            let place = opening.place
            guard let field = fields[place] else {
                add(.openingFalse, BundleLayout.manifest, "\(place) 处没有密封的文本", "there is no sealed text at \(place)")
                continue
            }
            guard opening.disclosure.commitment(at: place.pointer).bytes == field.commitment else {
                add(
                    .openingFalse, BundleLayout.manifest, "\(place) 的承诺值不符",
                    "the text at \(place) does not fit its commitment")
                continue
            }
            if let erasure = items.erasure(ofKey: field.keyID) {
                add(
                    .openingErased, BundleLayout.manifest, "\(place)，抹除见位置 \(erasure.position)",
                    "\(place), erased by the entry at \(erasure.position)")
            }
            openings[place] = opening.disclosure
        }
        return openings
    }

    /// Whether the bundle's checkpoint and one of the caller's are of one history.
    mutating func compare(_ other: OfflineCheckpoint, with head: Checkpoint, by proofs: [ConsistencyText]) {
        let given: Checkpoint
        do throws(TransparencyError) {
            given = try OfflineCheckpoint.trusted(other.note, by: keys).head
            guard given.origin.utf8.elementsEqual(head.origin.utf8) else {
                throw TransparencyError(.originMismatch, "it is of \(given.origin), the bundle of \(head.origin)")
            }
        } catch {
            findings.append(BundleFinding(.againstUntrusted, other.name, error))
            return
        }
        if given.size == head.size {
            if given.root != head.root {
                add(
                    .historyRewritten, other.name, "同为 \(head.size) 条而树根不同",
                    "both of \(head.size) entries, with two roots")
            }
            return
        }
        let (old, new) = given.size < head.size ? (given, head) : (head, given)
        guard old.size > 0 else { return }
        let candidates = proofs.filter { $0.oldSize == old.size }
        for proof in candidates where (try? proof.verify(from: old, to: new)) != nil { return }
        add(
            .againstUnproven, other.name,
            candidates.isEmpty ? "从 \(old.size) 到 \(new.size)" : "从 \(old.size) 到 \(new.size) 的证明不成立",
            candidates.isEmpty
                ? "from \(old.size) to \(new.size)" : "the proof from \(old.size) to \(new.size) does not hold")
    }
}
