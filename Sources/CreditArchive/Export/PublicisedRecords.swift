internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Projections
internal import TransparencyLog

/// The records in publication (contract §2), each entry with a receipt that verifies alone.
///
/// A case's receipts are of all its entries: an objection or a correction is part of what is publicised. Those of its
/// body tell whose it is. Texts stay sealed. A case whose display was ended, or whose body's was, is left out.
struct PublicisedRecords {
    static let folder = "publicised"

    private let archive: Archive
    private let checkpoint: String
    private let size: UInt64

    /// - Parameter checkpoint: what the receipts prove against.
    init(_ archive: Archive, under checkpoint: Note) throws {
        self.archive = archive
        self.checkpoint = String(decoding: checkpoint.bytes, as: UTF8.self)
        size = try Checkpoint(text: checkpoint.text).size
    }

    /// Writes a receipt for each entry of each case that is publicised today and of its body, and `index.ndjson`; what
    /// an earlier export left of records whose publication has ended is taken away.
    ///
    /// - Returns: the number of cases.
    func write(to folder: ExportFolder) throws -> Int {
        let auditor = Auditor(archive)
        var index: [UInt8] = []
        var names: Set<String> = ["index.ndjson"]
        var count = 0
        for standing in try auditor.standing(.all, atPosition: size - 1) {
            for item in standing.cases where try auditor.isPublic(item, of: standing.body.id) {
                let body = try positions(.body(standing.body.id.text))
                let record = try positions(.case(item.id.text))
                guard !record.isEmpty else { continue }
                count += 1
                for position in body + record {
                    let name = "\(position).tlog-proof"
                    guard names.insert(name).inserted else { continue }
                    let receipt = try auditor.receipt(for: position, checkpoint: checkpoint)
                    try folder.write(receipt.bytes, at: "\(PublicisedRecords.folder)/\(name)")
                }
                index += line(item.id, standing.body.id, record, body)
            }
        }
        try folder.write(index, at: "\(PublicisedRecords.folder)/index.ndjson")
        try folder.removeAll(in: PublicisedRecords.folder, but: names)
        return count
    }

    private func positions(_ stream: StreamID) throws -> [UInt64] {
        try archive.log.stream(stream).positions.filter { $0 < size }
    }

    /// Nothing that the receipts do not prove: no name.
    private func line(_ id: CaseID, _ body: BodyID, _ record: [UInt64], _ ofBody: [UInt64]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("body", body.text)
        writer.member("bodyPositions", ofBody)
        writer.member("case", id.text)
        writer.member("positions", record)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
