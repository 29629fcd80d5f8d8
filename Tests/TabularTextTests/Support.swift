import Glibc
import TabularText

/// A record with its row, so that tests compare both.
struct Record: Equatable, CustomStringConvertible {
    var row: Int
    var fields: [String]

    init(_ row: Int, _ fields: [String]) {
        self.row = row
        self.fields = fields
    }

    var description: String { "\(row): \(fields)" }
}

func records(
    _ source: TableSource, encoding: TextEncoding? = nil, limits: CSVLimits = CSVLimits()
) throws(TabularError) -> [Record] {
    var reader = try CSVReader(source, encoding: encoding, limits: limits)
    var records: [Record] = []
    while try reader.next() { records.append(Record(reader.row, reader.fields)) }
    return records
}

func records(_ text: String, limits: CSVLimits = CSVLimits()) throws(TabularError) -> [Record] {
    try records(.bytes(Array(text.utf8)), encoding: .utf8, limits: limits)
}

/// The error that `body` throws, or `nil`.
func tabularError(_ body: () throws(TabularError) -> Void) -> TabularError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

func gb18030(_ text: String) throws(TabularError) -> [UInt8] {
    var bytes: [UInt8] = []
    try GB18030Encoder().append(text, to: &bytes)
    return bytes
}

/// A file of its own under the system's temporary folder, gone at the end.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8] = []) {
        var template = Array("/tmp/tabular-text-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        precondition(descriptor >= 0, "the temporary folder is writable")
        path = template.withUnsafeBufferPointer { buffer in
            // mkstemp filled in the array and left its closing zero.
            String(decoding: buffer.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        precondition(written == bytes.count, "a small file is written at once")
        close(descriptor)
    }

    deinit { unlink(path) }

    var bytes: [UInt8] {
        var all: [UInt8] = []
        do {
            try TableSource.file(path).forEachChunk { all.append(contentsOf: $0) }
        } catch {
            return []
        }
        return all
    }
}

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }
