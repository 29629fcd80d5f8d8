public import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import GRDB
internal import TabularText

/// The receipts of batch files, as the other side gives them back: one row a batch.
enum ReceiptFile {
    static let columns: [TableColumn] = [
        .required("订阅方"), .required("批次"), .required("起始编号"), .required("结束编号"), .required("条数"), .required("摘要"),
        .required("接收结果"), .optional("接收时间"), .optional("接收单位"), .optional("说明"),
    ]
    static let results = ["已接收", "拒收"]
    static let maximumRows = 10_000

    /// The form: everything but what the other side says.
    static func form(_ file: BatchFile) throws -> [UInt8] {
        var csv = try CSVWriter(encoding: .utf8WithMark)
        try csv.write(columns.map(\.name))
        try csv.write([
            file.subscriber, String(file.batch), String(file.first), String(file.position - 1), String(file.events),
            file.digest, "", "", "", "",
        ])
        return csv.takeBytes()
    }

    struct Row {
        var row: Int
        var subscriber: String
        var batch: UInt64
        var first: UInt64
        var last: UInt64
        var events: UInt64
        var digest: String
        var isReceived: Bool
        var receivedAt: String
        var office: String
        var remark: String
    }

    /// Reads the rows of a file; `take` is given each that is well formed, and may refuse it.
    static func read(
        _ path: String, problems: inout [RowProblem], _ take: (Row) throws -> Void
    ) throws -> Int {
        var reader = try CSVReader(.file(path))
        guard try reader.next() else {
            throw ArchiveError(.badInput, "empty-table", chinese: "文件没有表头", english: "the file has no header row")
        }
        let map = try ColumnMap(header: reader.fields, columns: columns)
        var count = 0
        while try reader.next() {
            if reader.isBlank { continue }
            count += 1
            guard count <= maximumRows else {
                throw ArchiveError(
                    .badInput, "too-many-rows", chinese: "回执超过 \(maximumRows) 行，请分成几个文件",
                    english: "the receipt has more than \(maximumRows) rows; split it")
            }
            do {
                try map.check(reader)
                try take(row(reader.row) { Cell.trimmed(map.value($0, in: reader)) })
            } catch let rejected as RowRejected {
                problems += rejected.problems
            } catch let error as TabularError {
                problems.append(
                    RowProblem(reader.row, error.column ?? "", error.code.rawValue, error.chinese, error.english))
            } catch let error as ArchiveError where [.badInput, .refused, .conflict, .notFound].contains(error.kind) {
                let column = fields[error.field ?? ""] ?? "订阅方"
                problems.append(RowProblem(reader.row, column, error.code, error.chinese, error.english))
            }
        }
        return count
    }

    /// The columns of what an acknowledgement over HTTP calls a field.
    private static let fields = ["position": "结束编号", "digest": "摘要", "batch": "批次", "first": "起始编号", "events": "条数"]

    private static func row(_ number: Int, _ value: (String) -> String) throws(RowRejected) -> Row {
        var problems: [RowProblem] = []
        func whole(_ column: String) -> UInt64 {
            if let found = UInt64(Cell.foldWidth(value(column))) { return found }
            problems.append(
                RowProblem(
                    number, column, "number-malformed", "“\(column)”应为整数", "'\(column)' should be a whole number"))
            return 0
        }
        let result = value("接收结果")
        let digest = value("摘要").lowercased()
        let time = value("接收时间")
        let row = Row(
            row: number, subscriber: value("订阅方"), batch: whole("批次"), first: whole("起始编号"), last: whole("结束编号"),
            events: whole("条数"), digest: digest, isReceived: result == "已接收", receivedAt: time,
            office: value("接收单位"), remark: value("说明"))
        if !results.contains(result) {
            problems.append(
                RowProblem(
                    number, "接收结果", "result-malformed", "接收结果应为“已接收”或“拒收”",
                    "the result should be 已接收 (received) or 拒收 (refused)"))
        }
        if Digest.read(digest) == nil {
            problems.append(
                RowProblem(
                    number, "摘要", "digest-malformed", "摘要应为 sha256: 加 64 位十六进制数",
                    "the digest should be sha256: and 64 hexadecimal digits"))
        }
        if !time.isEmpty, (try? Cell.date(time)) == nil, RecordedTime.milliseconds(rfc3339: time) == nil {
            problems.append(
                RowProblem(
                    number, "接收时间", "time-malformed", "接收时间应为日期，或带时区的时刻，如 2026-01-01T08:00:00+08:00",
                    "the time should be a day, or a time with its zone, such as 2026-01-01T08:00:00+08:00"))
        }
        if result == "拒收", !PlainText.isName(row.remark, limit: 200) {
            problems.append(
                RowProblem(
                    number, "说明", "reason-malformed", "拒收须在“说明”中写明理由（1–200 字）",
                    "a refusal says why under 说明 (1–200 characters)"))
        }
        for (column, text) in [("接收单位", row.office), ("说明", row.remark)]
        where !text.isEmpty && !PlainText.isName(text, limit: 200) && result != "拒收" {
            problems.append(
                RowProblem(number, column, "text-malformed", "至多 200 字，一行", "at most 200 characters on one line"))
        }
        guard problems.isEmpty else { throw RowRejected(problems: problems) }
        return row
    }
}

/// A digest as others write it.
enum Digest {
    /// `sha256:` may be left out, capitals are taken; nil for anything else.
    static func read(_ text: String) -> String? {
        let lowered = text.lowercased()
        let hex = lowered.hasPrefix("sha256:") ? Substring(lowered).dropFirst(7) : Substring(lowered)
        guard hex.utf8.count == 64,
            hex.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return "sha256:" + hex
    }
}

/// What a file of receipts said.
public struct ReceiptReport: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        public var row: Int
        public var subscriber: String
        public var batch: UInt64
        /// The cursor afterwards.
        public var position: UInt64
        public var isDuplicate: Bool
        /// Why the other side refused the batch; nil where it took it.
        public var refusal: String?
    }

    public var rows = 0
    public var lines: [Line] = []
    /// What is wrong with the other rows; the rest was taken.
    public var problems: [RowProblem] = []

    public func write(to writer: inout JSONWriter, inChinese: Bool) {
        writer.beginObject()
        writer.member("rows", rows)
        writer.key("receipts")
        writer.beginArray()
        for line in lines {
            writer.beginObject()
            writer.member("row", line.row)
            writer.member("subscriber", line.subscriber)
            writer.member("batch", line.batch)
            writer.member("position", line.position)
            writer.member("duplicate", line.isDuplicate)
            writer.nullable("refusal", line.refusal)
            writer.endObject()
        }
        writer.endArray()
        writer.key("rejected")
        writer.beginArray()
        for problem in problems { problem.write(to: &writer, inChinese: inChinese) }
        writer.endArray()
        writer.endObject()
    }
}

extension Exchange {
    /// Takes in a file of receipts: each row is held against the batch that it names, and acknowledges it, or says why
    /// the other side refused it; a refused batch stays under way. Taken in again it changes nothing.
    ///
    /// Throws ``ArchiveError`` where the file cannot be read at all; what is wrong with a row is in the report.
    public func takeReceipts(_ path: String, by principal: String) throws -> ReceiptReport {
        var report = ReceiptReport()
        var lines: [ReceiptReport.Line] = []
        report.rows = try ReceiptFile.read(path, problems: &report.problems) { row in
            lines.append(try take(row, by: principal))
        }
        report.lines = lines
        return report
    }

    private func take(_ row: ReceiptFile.Row, by principal: String) throws -> ReceiptReport.Line {
        let now = archive.clock()
        return try store.write { db in
            let subscriber = try Exchange.subscriber(row.subscriber, db)
            try Exchange.require(.file, subscriber)
            let batch = try Exchange.batch(endingAt: row.last + 1, of: subscriber, db)
            for (field, stated, own) in [
                ("batch", row.batch, batch.number), ("first", row.first, batch.first),
                ("events", row.events, batch.last - batch.first),
            ] where stated != own {
                throw ArchiveError(
                    .conflict, "receipt-differs", field: field, chinese: "与发出的批次不符：回执为 \(stated)，应为 \(own)",
                    english: "it is not what was sent: the receipt says \(stated), it was \(own)")
            }
            let said = [row.receivedAt, row.office, row.remark].filter { !$0.isEmpty }.joined(separator: "；")
            guard row.isReceived else {
                try Exchange.note(
                    .refused, of: subscriber.id, by: principal, at: now, reason: said, position: batch.last, db)
                try Exchange.update(subscriber, "last_outcome = 'refused'", [], db)
                return ReceiptReport.Line(
                    row: row.row, subscriber: subscriber.name, batch: batch.number, position: subscriber.acknowledged,
                    isDuplicate: false, refusal: row.remark)
            }
            let receipt = try Exchange.acknowledge(batch, Digest.read(row.digest) ?? "", subscriber, at: now, db)
            if !receipt.isDuplicate {
                try Exchange.note(
                    .received, of: subscriber.id, by: principal, at: now, reason: said.isEmpty ? nil : said,
                    position: batch.last, db)
            }
            return ReceiptReport.Line(
                row: row.row, subscriber: subscriber.name, batch: batch.number, position: receipt.position,
                isDuplicate: receipt.isDuplicate, refusal: nil)
        }
    }
}
