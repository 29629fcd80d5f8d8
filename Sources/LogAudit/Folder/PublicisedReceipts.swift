internal import CanonicalJSON
internal import TransparencyLog

/// The receipts of a public export: each proves the entry that it carries under a checkpoint of the same folder.
///
/// Their index says which belong to a case and to its body; that is held against what the proven entries say of
/// themselves: of each stream the first entries without a gap. Later ones than those may exist.
struct PublicisedReceipts {
    private let log: ExportLog
    private let buffer = FileBuffer()
    /// The subject of each proven entry and its number in it.
    private var places: [UInt64: (subject: String, sequence: String)] = [:]
    /// The cases that the index names.
    private var cases: Set<String> = []
    /// Those that the index names.
    private var indexed: Set<UInt64> = []
    /// The checkpoint of the last receipt, mostly that of the next.
    private var lastNote: [UInt8] = []
    private var lastCheckpoint: Checkpoint?

    private static let indexByteLimit: UInt64 = 1 << 32
    private static let lineByteLimit = 4 << 20

    init(_ log: ExportLog) { self.log = log }

    /// - Throws: what keeps an audit from being made; damage is a finding.
    mutating func check(_ findings: inout FindingList) throws(AuditError) {
        do throws(StorageFault) {
            let isThere = try log.folder.forEachName(
                in: ExportFile.publicised, limit: ExportLog.nameLimit
            ) { name throws(StorageFault) in
                let path = "\(ExportFile.publicised)/\(name)"
                if path == ExportFile.publicisedIndex { return }
                guard name.hasSuffix(ExportFile.receiptSuffix),
                    let position = UInt64(name.dropLast(ExportFile.receiptSuffix.count)),
                    name == "\(position)\(ExportFile.receiptSuffix)"
                else { return findings.add(.fileUnexpected, String(path.prefix(100))) }
                try checkReceipt(path, position, &findings)
            }
            guard isThere else { return findings.add(.fileMissing, ExportFile.publicised) }
            try checkIndex(&findings)
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(error.finding, error.message)
        }
        for position in Set(places.keys).subtracting(indexed).sorted() {
            findings.add(.receiptWrong, at: position, "\(ExportFile.publicisedIndex) does not name the receipt")
        }
    }

    private mutating func checkReceipt(
        _ path: String, _ position: UInt64, _ findings: inout FindingList
    ) throws(StorageFault) {
        do throws(StorageFault) {
            guard try log.folder.read(path, limit: TlogProof.maximumByteCount, into: buffer) else { return }
        } catch {
            if error.obstacle != nil { throw error }
            return findings.add(error.finding, at: position, error.message)
        }
        do throws(TransparencyError) {
            let receipt = try TlogProof(parsing: [UInt8](buffer.content))
            // Base64 has other forms of the same bytes.
            guard receipt.index == position, receipt.bytes.elementsEqual(buffer.content), let entry = receipt.extra
            else { throw TransparencyError(.receiptMalformed, "of index \(receipt.index), or without its entry") }
            guard let head = try checkpoint(receipt.checkpoint, &findings) else { return }
            let proof = InclusionProof(index: position, size: head.size, hashes: receipt.hashes)
            guard proof.verify(leaf: MerkleHash.leaf(entry), root: head.root) else {
                throw TransparencyError(.proofInvalid, "the entry is not proven")
            }
            let members = (try? JSONDocument(parsing: entry).root.members()) ?? []
            func text(_ key: String) -> String { (try? members.first { $0.0 == key }?.1.string()) ?? "" }
            places[position] = (text("subject"), text("sequence"))
        } catch {
            findings.add(.receiptWrong, at: position, "\(path.prefix(100)): \(error.detail)")
        }
    }

    /// The checkpoint of a receipt, if it is one that the folder holds; everything else is a finding.
    private mutating func checkpoint(
        _ bytes: [UInt8], _ findings: inout FindingList
    ) throws(TransparencyError) -> Checkpoint? {
        if bytes == lastNote { return lastCheckpoint }
        let read = try Checkpoint(text: Note(parsing: bytes).text)
        guard bytes.withUnsafeBytes({ log.trust.examine(size: Int64(read.size), note: $0, &findings) }) != nil else {
            return nil
        }
        let copy = FileBuffer()
        let isThere = try? log.folder.read(
            "\(ExportFile.checkpoints)/\(read.size)", limit: Note.maximumByteCount, into: copy)
        guard isThere == true, let note = try? Note(parsing: [UInt8](copy.content)), note.text == read.text else {
            throw TransparencyError(.proofInvalid, "its checkpoint of \(read.size) entries is not one of the folder's")
        }
        (lastNote, lastCheckpoint) = (bytes, read)
        return read
    }

    private mutating func checkIndex(_ findings: inout FindingList) throws(StorageFault) {
        guard let file = try log.folder.file(ExportFile.publicisedIndex, limit: PublicisedReceipts.indexByteLimit)
        else { return findings.add(.fileMissing, ExportFile.publicisedIndex) }
        var rest: [UInt8] = []
        var (offset, number) = (UInt64(0), 1)
        buffer.resize(1 << 16)
        while case let count = try file.read(into: buffer.bytes, at: offset), count > 0 {
            offset += UInt64(count)
            rest.append(contentsOf: buffer.content[..<count])
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                checkLine([UInt8](rest[start..<end]), number, &findings)
                number += 1
                start = end + 1
            }
            rest.removeFirst(start)
            guard rest.count <= PublicisedReceipts.lineByteLimit else { break }
        }
        if !rest.isEmpty {
            findings.add(.receiptWrong, "\(ExportFile.publicisedIndex), line \(number): too long or not ended")
        }
    }

    private mutating func checkLine(_ line: [UInt8], _ number: Int, _ findings: inout FindingList) {
        func report(_ detail: String) {
            findings.add(.receiptWrong, "\(ExportFile.publicisedIndex), line \(number): \(detail)")
        }
        do throws(JSONFault) {
            try CanonicalForm.check(line)
            let document = try JSONDocument(parsing: line)
            var fields = try document.root.fields()
            let record: String = try fields.required("case").string()
            let body: String = try fields.required("body").string()
            let ofRecord = try fields.required("positions").elements().map { node throws(JSONFault) in
                try node.integer()
            }
            let ofBody = try fields.required("bodyPositions").elements().map { node throws(JSONFault) in
                try node.integer()
            }
            try fields.finish()
            if !cases.insert(record).inserted { report("the case stands in it twice") }
            for (positions, subject) in [(ofRecord, "case/\(record)"), (ofBody, "body/\(body)")] {
                if positions.isEmpty { report("it names no entry of \(subject.prefix(100))") }
                for (number, position) in positions.map({ UInt64(clamping: $0) }).enumerated() {
                    indexed.insert(position)
                    guard let proven = places[position] else {
                        report("there is no sound receipt of position \(position)")
                        continue
                    }
                    if proven.subject != subject {
                        report("position \(position) is of another subject than \(subject.prefix(100))")
                    } else if UInt64(proven.sequence) != UInt64(number) {
                        report(
                            "position \(position) is number \(proven.sequence.prefix(20)) of \(subject.prefix(100)), "
                                + "not \(number)")
                    }
                }
            }
        } catch {
            report(error.english)
        }
    }
}
