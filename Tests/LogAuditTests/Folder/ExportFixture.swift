import Foundation
import LogAudit
import TransparencyLog

/// An exported log made by hand from entries, in a folder of its own that goes with it.
final class ExportFixture {
    static let origin = "example.com/log"

    let path: String
    let signer: NoteSigner
    /// The signed checkpoints by size.
    private(set) var notes: [UInt64: Note] = [:]
    private(set) var root = MerkleHash.empty

    /// - Parameter checkpoints: the published sizes; the greatest is the head's, and entries beyond it are left out.
    init(
        _ entries: [[UInt8]], checkpoints: Set<Int>, signer: NoteSigner? = nil, isPublic: Bool = false
    ) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("export-audit-\(UUID().uuidString)").path
        self.signer = try signer ?? NoteSigner(name: ExportFixture.origin)
        var entries = Array(entries.prefix(checkpoints.max() ?? 0))
        if isPublic { entries[0] = EntryFixture.entry(0, sequence: 0, replacing: ["subject": "\"body/1\""]) }
        try writeLog(entries, checkpoints, isPublic: isPublic)
        try write("log.vkey", Array((self.signer.verifier.string + "\n").utf8))
        try write("schemas/incident.reported.1.json", Array("{}".utf8))
        try write("AUDIT.md", Array("# 如何核验 How to check\n".utf8))
        // The first three entries of four cases, of the seven that take turns.
        if isPublic { try writeReceipts(entries, of: (1...4).filter { $0 + 14 < entries.count }) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func writeLog(_ entries: [[UInt8]], _ checkpoints: Set<Int>, isPublic: Bool) throws {
        var builder = TreeBuilder()
        var (bundle, lines): ([UInt8], [UInt8]) = ([], [])
        for (number, entry) in entries.enumerated() {
            try builder.append(MerkleHash.leaf(entry)) { tile in
                try write(TileCoordinate(level: tile.level, index: tile.index), tile.hashes)
            }
            bundle += [UInt8(entry.count >> 8), UInt8(entry.count & 255)] + entry
            lines += entry + [0x0A]
            if builder.size & 255 == 0 {
                if !isPublic { try write(TileCoordinate(entries: builder.size / 256 - 1), bundle) }
                bundle = []
            }
            guard checkpoints.contains(number + 1) else { continue }
            let note = try Checkpoint(origin: ExportFixture.origin, size: builder.size, root: builder.root())
                .signed(by: [signer])
            notes[builder.size] = note
            for (level, hashes) in builder.partialTiles.enumerated() where !hashes.isEmpty {
                let index = builder.size >> (8 * UInt64(level + 1))
                try write(
                    TileCoordinate(level: level, index: index, width: hashes.count), hashes.flatMap(\.bytes))
            }
            if !bundle.isEmpty, !isPublic {
                try write(TileCoordinate(entries: builder.size / 256, width: Int(builder.size & 255)), bundle)
            }
            try write("checkpoints/\(builder.size)", note.bytes)
            try write("checkpoint", note.bytes)
        }
        if !isPublic { try write("events.ndjson", lines) }
        root = builder.root()
    }

    private func writeReceipts(_ entries: [[UInt8]], of cases: [Int]) throws {
        guard let size = notes.keys.max(), let note = notes[size] else { return }
        let leaves = entries.prefix(Int(size)).map { MerkleHash.leaf($0) }
        var index = ""
        for number in cases {
            let positions = [number, number + 7, number + 14].map(String.init).joined(separator: ",")
            index += "{\"body\":\"1\",\"bodyPositions\":[0],\"case\":\"\(number)\",\"positions\":[\(positions)]}\n"
        }
        for position in cases.isEmpty ? [] : [0] + cases.flatMap({ [$0, $0 + 7, $0 + 14] }) {
            let proof = InclusionProof(
                index: UInt64(position), size: size, hashes: ExportFixture.path(position, leaves[...]))
            let receipt = try TlogProof(proof: proof, checkpoint: note.bytes, extra: entries[position])
            try write("publicised/\(position).tlog-proof", receipt.bytes)
        }
        try write("publicised/index.ndjson", Array(index.utf8))
    }

    /// The inclusion path by the definition of RFC 6962 section 2.1.1.
    private static func path(_ index: Int, _ leaves: ArraySlice<Digest32>) -> [Digest32] {
        guard leaves.count > 1 else { return [] }
        var half = 1
        while 2 * half < leaves.count { half *= 2 }
        let (left, right) = (leaves.prefix(half), leaves.dropFirst(half))
        return index < half ? path(index, left) + [root(right)] : path(index - half, right) + [root(left)]
    }

    private static func root(_ leaves: ArraySlice<Digest32>) -> Digest32 {
        var builder = TreeBuilder()
        for leaf in leaves { builder.append(leaf) { _ in } }
        return builder.root()
    }

    // MARK: Files

    func file(_ name: String) -> String { path + "/" + name }

    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name)))) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let folder = (file(name) as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }

    private func write(_ coordinate: TileCoordinate?, _ bytes: [UInt8]) throws {
        guard let coordinate else { throw CocoaError(.coderInvalidValue) }
        try write(coordinate.path, bytes)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

    /// All plain files by their paths within the folder, sorted.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: file(name), isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }

    /// An audit by the fixture's key.
    func audit(deep: Bool = true, workers: Int = 2, against: [String] = []) throws -> LogAuditor.Report {
        let options = LogAuditor.Options(
            workers: workers, verifierKeys: [signer.verifier], origins: [ExportFixture.origin], against: against,
            deep: deep)
        return try LogAuditor(export: path, options: options).run()
    }

    func codes(deep: Bool = true) throws -> [String] { try audit(deep: deep).findings.map(\.code.rawValue) }
}
