internal import Foundation
internal import TabularText

/// Refused rows as a CSV with the file's own columns, to be mended and imported again.
struct RejectsFile: ~Copyable {
    private var writer: CSVFileWriter?
    private let path: String

    init(path: String, header: [String]) throws {
        self.path = path
        var writer = try CSVFileWriter(path: path, encoding: .utf8WithMark, formulas: .exact)
        try writer.write(header)
        self.writer = consume writer
    }

    mutating func add(_ reader: borrowing CSVReader) throws {
        try writer?.write(reader.fields)
    }

    /// Puts the file in its place; with nothing but the header where no row was refused, so that no older one misleads.
    mutating func finish() throws {
        guard let writer = writer.take() else { return }
        try writer.finish()
    }
}
