internal import CanonicalJSON
internal import Foundation
internal import TabularText

/// What a subscriber says it has: the identity and digest of each event.
public struct ReconciliationList: Sendable {
    public enum Format: Sendable, Hashable {
        /// Columns `source`, `id`, `digest`.
        case csv
        /// Objects with these members, one a line.
        case lines
    }

    /// More are refused: a list is held in memory.
    public static let maximumCount = 5_000_000
    static let maximumLineBytes = 4_096

    /// The digests of each identity.
    private(set) var digests: [String: Set<String>] = [:]
    /// Lines of the list, repeated ones included.
    public private(set) var count = 0

    static func key(_ source: String, _ id: String) -> String { source + "\n" + id }

    /// Reads a file. Throws ``ArchiveError`` naming row and field: `list-malformed`, `digest-malformed`, `too-many-rows`.
    public init(path: String, format: Format) throws {
        switch format {
        case .csv: try read(table: path)
        case .lines: try read(lines: path)
        }
    }

    private mutating func read(table path: String) throws {
        var reader = try CSVReader(.file(path))
        guard try reader.next() else {
            throw ArchiveError(.badInput, "empty-table", chinese: "文件没有表头", english: "the file has no header row")
        }
        let map = try ColumnMap(
            header: reader.fields, columns: [.required("source"), .required("id"), .required("digest")])
        while try reader.next() {
            if reader.isBlank { continue }
            try map.check(reader)
            try add(
                map.value("source", in: reader), map.value("id", in: reader), map.value("digest", in: reader),
                row: reader.row)
        }
    }

    private mutating func read(lines path: String) throws {
        guard let file = fopen(path, "rb") else {
            throw ArchiveError.file("cannot-read", path, String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        var row = 0
        while case let length = getline(&line, &capacity, file), length >= 0, let start = line {
            row += 1
            var bytes = UnsafeRawBufferPointer(start: start, count: length)
            while let last = bytes.last, last == 0x0A || last == 0x0D { bytes = .init(rebasing: bytes.dropLast()) }
            if bytes.isEmpty { continue }
            guard bytes.count <= ReconciliationList.maximumLineBytes else {
                throw ReconciliationList.malformed(row, "", "", "过长", "too long")
            }
            let held: Held
            do throws(JSONFault) { held = try Held(json: JSONDocument(parsing: bytes).root) } catch {
                throw ReconciliationList.malformed(row, error.pointer, "", error.chinese, error.english)
            }
            try add(held.source, held.id, held.digest, row: row)
        }
    }

    private mutating func add(_ source: String, _ id: String, _ digest: String, row: Int) throws {
        count += 1
        guard count <= ReconciliationList.maximumCount else {
            throw ArchiveError(
                .badInput, "too-many-rows", chinese: "清单超过 \(ReconciliationList.maximumCount) 行，请分段核对",
                english: "the list has more than \(ReconciliationList.maximumCount) rows; reconcile it in parts")
        }
        for (field, value) in [("source", source), ("id", id)] where value.isEmpty {
            throw ReconciliationList.malformed(row, field, "", "为空", "is empty")
        }
        guard let read = Digest.read(Cell.trimmed(digest)) else {
            throw ReconciliationList.malformed(
                row, "digest", "digest-malformed", "摘要应为 sha256: 加 64 位十六进制数",
                "the digest should be sha256: and 64 hexadecimal digits")
        }
        digests[ReconciliationList.key(source, id), default: []].insert(read)
    }

    private static func malformed(
        _ row: Int, _ field: String, _ code: String, _ chinese: String, _ english: String
    ) -> ArchiveError {
        ArchiveError(
            .badInput, code.isEmpty ? "list-malformed" : code,
            field: field.isEmpty ? "row \(row)" : "row \(row), \(field)",
            chinese: "第 \(row) 行\(field.isEmpty ? "" : "，\(field)")：\(chinese)",
            english: "row \(row)\(field.isEmpty ? "" : ", \(field)"): \(english)")
    }
}

/// One line of a list.
private struct Held: JSONDecodable {
    var source: String
    var id: String
    var digest: String

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        source = try fields.required("source")
        id = try fields.required("id")
        digest = try fields.required("digest")
        try fields.finish()
    }
}
