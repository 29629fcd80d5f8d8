internal import CanonicalJSON
public import CreditModel
internal import Crypto
internal import EventLog
internal import Foundation
internal import TabularText

/// Takes a file in one of the five templates into the archive, row by row in the file's order (contract §1).
///
/// A bad row is refused with every one of its errors and the rest is taken; memory does not grow with the file, but for
/// the codes of a file of bodies, the list of errors (bounded), and the cases of a dry run.
public struct Importer: Sendable {
    public struct Options: Sendable {
        /// Columns beyond the template's are passed over instead of refused.
        public var ignoreExtra = false
        /// Judge and report, append nothing.
        public var isDryRun = false
        /// Where the refused rows go, as a CSV that can be mended and imported again.
        public var rejectsPath: String?
        /// The folder of attachments named in rows.
        public var evidenceFolder: String?
        public var recordedBy = "operator/cli"

        public init() {}
    }

    /// Rows in one transaction of the log.
    static let batchRows = 1_000

    private let archive: Archive
    private let options: Options

    /// - Parameter archive: open for writing; a dry run may have it open for reading.
    public init(_ archive: Archive, _ options: Options) {
        self.archive = archive
        self.options = options
    }

    /// Imports a file. Throws ``ArchiveError`` for a file that cannot be read as the template at all; nothing is
    /// appended then, unless rows before a place that cannot be read were taken (importing again continues).
    ///
    /// - Parameter progress: bytes read and in all, rows so far.
    public func run(
        _ kind: ImportCompleted.Template, path: String, name: String? = nil,
        progress: (_ read: Int, _ total: Int, _ rows: Int64) -> Void = { _, _, _ in }
    ) async throws -> ImportReport {
        let template = ImportTemplate(kind)
        let source = TableSource.file(path)
        let digest = ChunkDigest()
        var reader = try CSVReader(source, onChunk: { digest.add($0) })
        let fileName = name ?? URL(fileURLWithPath: path).lastPathComponent
        let columns = try Importer.columns(of: &reader, template, ignoreExtra: options.ignoreExtra)
        guard let encoding = ImportCompleted.Encoding(rawValue: reader.encoding.rawValue) else {
            preconditionFailure("the encodings of tables and of imports are the same")
        }
        var report = ImportReport(file: fileName, template: kind, encoding: encoding, isDryRun: options.isDryRun)
        let importID = UUID().uuidString.lowercased()
        let judge = try Judge(archive, recordedBy: options.recordedBy, rehearsal: options.isDryRun)
        let rows = RowReader(
            template: kind, importID: importID,
            evidence: options.evidenceFolder.map {
                .init(folder: $0, store: archive.evidence, isRehearsal: options.isDryRun)
            }, catalogue: try archive.observationCatalogue())
        var plan: BodyPlan?
        if kind == .bodies {
            plan = try bodyPlan(reader.reopened(), columns, rows, judge)
            judge.register.awaited = plan?.registrable ?? []
        }
        try Importer.requireOther(options.rejectsPath, than: path)
        var rejects = try options.rejectsPath.map { try RejectsFile(path: $0, header: columns.header) }
        var batch = ImportBatch(archive, judge)
        while try reader.next() {
            if reader.isBlank { continue }
            report.rows += 1
            do {
                try columns.check(reader)
                var cells = RowCells(row: reader.row, columns: columns.index, values: columns.map.values(in: reader))
                let (submission, statedName) = try rows.read(&cells) { try judge.register.body(code: $0) }
                try plan?.check(submission, cells.row)
                switch try judge.judge(submission) {
                case .accepted(let draft, let expected):
                    report.accepted += 1
                    try notice(statedName, submission, cells.row, judge, &report)
                    for notice in try judge.notices(of: submission) { report.notice(RowProblem(cells.row, notice)) }
                    if !options.isDryRun { batch.add(draft, expecting: expected) }
                case .duplicate, .duplicateOfPending: report.duplicates += 1
                }
            } catch {
                let problems = try Importer.problems(error, row: reader.row, kind: kind)
                report.reject(problems)
                try rejects?.add(reader)
            }
            if batch.count >= Importer.batchRows {
                try await batch.commit()
                progress(reader.bytesRead, reader.totalBytes, report.rows)
            }
        }
        try await batch.finish()
        try rejects?.finish()
        progress(reader.totalBytes, reader.totalBytes, report.rows)
        if report.accepted > 0, !options.isDryRun {
            report.importID = importID
            try await complete(report, digest: digest.text, importID: importID)
        }
        return report
    }

    /// Records the import itself.
    private func complete(_ report: ImportReport, digest: String, importID: String) async throws {
        let event = CreditEvent.importCompleted(
            ImportCompleted(
                importID: importID, template: report.template, file: report.file.isEmpty ? "-" : report.file,
                digest: digest, encoding: report.encoding, rows: report.rows, accepted: report.accepted,
                duplicates: report.duplicates, rejected: report.rejectedRows))
        let draft = EventDraft(
            event, identity: EventIdentity(source: "urn:credit-archive:import", id: importID), subject: .archive,
            recordedBy: options.recordedBy, importID: importID)
        _ = try await archive.writer?.append(AppendRequest([draft]))
    }

    /// The first pass over a file of bodies.
    private func bodyPlan(
        _ reader: consuming CSVReader, _ columns: Columns, _ rows: RowReader, _ judge: Judge
    ) throws -> BodyPlan {
        var reader = reader
        var parents: [BodyID: BodyID?] = [:]
        _ = try reader.next()
        while try reader.next() {
            if reader.isBlank { continue }
            do {
                try columns.check(reader)
                var cells = RowCells(row: reader.row, columns: columns.index, values: columns.map.values(in: reader))
                let submission = try rows.read(&cells) { try judge.register.body(code: $0) }.submission
                guard case .bodyRegistered(let data) = submission.event, let id = data.code.map(BodyID.init),
                    parents[id] == nil, data.establishedOn.map({ $0 <= archive.today }) ?? true
                else { continue }
                parents[id] = .some(data.parent)
            } catch is RowRejected {
                continue
            } catch is TabularError {
                continue
            }
        }
        return try BodyPlan(parents: parents) { try judge.register.history($0) != nil }
    }

    /// A 主体名称 that differs from the register is a notice, not a rejection.
    private func notice(
        _ stated: String?, _ submission: Submission, _ row: Int, _ judge: Judge, _ report: inout ImportReport
    ) throws {
        guard let stated, case .incidentDetermined(let data) = submission.event,
            let name = try judge.register.history(data.body)?.profile(asOf: data.determinedOn).name, name != stated
        else { return }
        report.notice(
            RowProblem(
                row, "主体名称", "name-differs", "主体名称“\(stated)”与登记“\(name)”不符，已按代码收录",
                "the name '\(stated)' differs from the register's '\(name)'; recorded by the code"))
    }
}

extension Importer {
    /// The file's header matched with the template.
    struct Columns {
        let map: ColumnMap
        /// Place of each column in the template's order.
        let index: [String: Int]
        let header: [String]

        func check(_ reader: borrowing CSVReader) throws(TabularError) { try map.check(reader) }
    }

    static func columns(
        of reader: inout CSVReader, _ template: ImportTemplate, ignoreExtra: Bool
    ) throws -> Columns {
        guard try reader.next() else {
            throw ArchiveError(.badInput, "empty-table", chinese: "文件没有表头", english: "the file has no header row")
        }
        let header = reader.fields
        let map = try ColumnMap(header: header, columns: template.tableColumns, ignoreExtra: ignoreExtra)
        var index: [String: Int] = [:]
        for (place, column) in template.columns.enumerated() { index[column.name] = place }
        return Columns(map: map, index: index, header: header)
    }

    /// Refuses rejected rows that would take the place of the file that is imported.
    static func requireOther(_ rejects: String?, than path: String) throws(ArchiveError) {
        guard let rejects, Files.isSame(rejects, path) else { return }
        throw ArchiveError(
            .usage, "rejects-is-input", field: "--rejects", chinese: "--rejects 不能是导入的文件本身，请另起一个文件名",
            english: "--rejects must not be the file that is imported; choose another name")
    }

    /// The errors of a row that was refused; errors that are not the row's are thrown on.
    static func problems(_ error: any Error, row: Int, kind: ImportCompleted.Template) throws -> [RowProblem] {
        let key =
            switch kind {
            case .incidents, .dispositions: "事项编号"
            case .bodies, .observations: "统一社会信用代码"
            case .rounds: "步骤"
            }
        switch error {
        case let rejected as RowRejected: return rejected.problems
        case let problem as RowProblem: return [problem]
        case let refusal as Refusal:
            return [RowProblem(row, refusal.field ?? key, refusal.code, refusal.chinese, refusal.english)]
        case let error as ArchiveError where error.kind == .conflict:
            return [RowProblem(row, error.field ?? key, error.code, error.chinese, error.english)]
        case let error as TabularError where error.code == .surplusField:
            return [RowProblem(row, error.column ?? key, error.code.rawValue, error.chinese, error.english)]
        case let error as EventLogError where error.code == .entryTooLarge:
            return [RowProblem(row, key, error.code.rawValue, error.chinese, error.english)]
        default: throw error
        }
    }
}

extension BodyPlan {
    /// Refuses a body whose chain of parents is broken. Throws ``RowProblem``.
    func check(_ submission: Submission, _ row: Int) throws(RowProblem) {
        guard case .bodyRegistered(let data) = submission.event, let parent = data.parent,
            let id = data.code.map(BodyID.init), !registrable.contains(id)
        else { return }
        let refusal = Judge.parentUnknown(parent)
        throw RowProblem(row, "上级统一社会信用代码", refusal.code, refusal.chinese, refusal.english)
    }
}

/// SHA-256 of a file, from the chunks that the reader sees.
private final class ChunkDigest {
    private var hash = SHA256()

    func add(_ chunk: UnsafeRawBufferPointer) { hash.update(bufferPointer: chunk) }

    var text: String { "sha256:" + hash.finalize().map { String(format: "%02x", $0) }.joined() }
}
