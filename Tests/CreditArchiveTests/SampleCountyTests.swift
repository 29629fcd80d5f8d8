import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// The sample county's files, and what they must give, computed independently.
enum County {
    static let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/yunling").path

    static func path(_ template: ImportCompleted.Template) -> String { "\(folder)/\(template.rawValue).csv" }

    static func imported() async throws -> (archive: TestArchive, reports: [ImportReport]) {
        let archive = try TestArchive()
        let reports = try await importAll(into: archive)
        return (archive, reports)
    }

    /// The paperwork of the county, in the order of contract §6.
    static let templates: [ImportCompleted.Template] = [.bodies, .incidents, .dispositions, .observations]

    static func importAll(into archive: TestArchive) async throws -> [ImportReport] {
        var reports: [ImportReport] = []
        for template in County.templates {
            reports.append(try await archive.load(template, path(template)))
        }
        return reports
    }

    static func expected(_ name: String) throws -> [String: Any] {
        try JSON.object(file: "\(folder)/expected/\(name).json")
    }
}

@Suite struct SampleCountyTests {
    @Test func importTakesDuplicatesAndRefusesWhatTheOracleSays() async throws {
        let (_, reports) = try await County.imported()
        let expected = try County.expected("import")
        #expect(Set(expected.keys) == ["incidents", "dispositions"])
        for report in reports {
            guard let oracle = expected[report.template.rawValue] as? [String: Any] else {
                // Files of bodies and observations have nothing wrong in them.
                #expect(report.problems.isEmpty)
                #expect(report.accepted + report.duplicates == report.rows)
                continue
            }
            #expect(report.rows == oracle["rows"] as? Int64)
            #expect(report.accepted == oracle["accepted"] as? Int64)
            #expect(report.duplicates == oracle["duplicates"] as? Int64 ?? 0)
            let rejected = try #require(oracle["rejected"] as? [[String: Any]])
            #expect(report.rejectedRows == Int64(rejected.count))
            #expect(Set(report.problems.map(\.row)) == Set(rejected.compactMap { $0["row"] as? Int }))
            for item in rejected {
                guard let row = item["row"] as? Int, let column = item["column"] as? String else { continue }
                #expect(report.problems.filter { $0.row == row }.map(\.column) == [column])
            }
        }
        #expect(reports.map(\.encoding) == [.utf8WithBOM, .gb18030, .gb18030, .gb18030])
    }

    @Test(arguments: ["2022-06-30", "2023-12-31", "2024-12-31", "2026-01-01"])
    func standingsOfEveryBodyAreTheOracles(_ text: String) async throws {
        let (archive, _) = try await County.imported()
        let day = try #require(CalendarDay(text))
        let expected = try County.expected("standing-\(text)")
        let standings = try await archive.reading { try Auditor($0).standing(.all, asOf: day) }
        #expect(Set(standings.map(\.body.id.text)) == Set(expected.keys))
        for standing in standings {
            let oracle = try #require(expected[standing.body.id.text] as? [String: Any])
            let answer = try JSON.object(standing).filter { oracle.keys.contains($0.key) }
            #expect(NSDictionary(dictionary: answer) == NSDictionary(dictionary: oracle), "\(standing.body.id)")
        }
    }

    @Test func importingEverythingAgainAddsNothing() async throws {
        let (archive, first) = try await County.imported()
        let before = (try await archive.size, archive.logBytes)
        for (old, report) in zip(first, try await County.importAll(into: archive)) {
            #expect(report.accepted == 0)
            #expect(report.duplicates == old.accepted + old.duplicates)
            #expect(report.rejectedRows == old.rejectedRows)
            #expect(report.problems.map(\.row) == old.problems.map(\.row))
            #expect(report.problems.map(\.code) == old.problems.map(\.code))
            #expect(report.importID == nil)
        }
        #expect(try await archive.size == before.0)
        #expect(archive.logBytes == before.1)
    }

    @Test func aDryRunSaysWhatTheImportThenDoesAndWritesNothing() async throws {
        let archive = try TestArchive()
        for template in County.templates {
            let before = archive.logBytes
            var dry = try await archive.load(template, County.path(template)) { $0.isDryRun = true }
            #expect(archive.logBytes == before)
            #expect(dry.isDryRun)
            var real = try await archive.load(template, County.path(template))
            #expect(archive.logBytes != before)
            dry.isDryRun = false
            real.importID = nil
            #expect(dry == real)
        }
    }

    @Test func everyImportIsRecordedAndEveryEntryNamesItsRow() async throws {
        let (archive, reports) = try await County.imported()
        let entries = try await archive.entries()
        #expect(UInt64(entries.count) == 1 + UInt64(reports.map(\.accepted).reduce(0, +)) + 4)
        let completed = entries.filter { $0.type == "import.completed" }
        #expect(completed.count == 4)
        for (entry, report) in zip(completed, reports) {
            guard case .importCompleted(let data) = try entry.event() else {
                Issue.record("an import")
                continue
            }
            let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: County.path(report.template))))
            #expect(
                data
                    == ImportCompleted(
                        importID: try #require(report.importID), template: report.template,
                        file: "\(report.template.rawValue).csv", digest: EvidenceStore.digest(bytes),
                        encoding: report.encoding, rows: report.rows, accepted: report.accepted,
                        duplicates: report.duplicates, rejected: report.rejectedRows))
            #expect(entry.recordedBy == "operator/cli")
            let rows = entries.filter { $0.importID == report.importID && $0.position != entry.position }
                .map(\.importRow)
            #expect(rows.count == Int(report.accepted))
            #expect(Set(rows).count == rows.count && !rows.contains(nil))
            #expect(Set(rows).isDisjoint(with: report.problems.map { Int64($0.row) }))
        }
    }

    @Test func refusedRowsComeBackAsAFileThatCanBeMendedAndImported() async throws {
        let archive = try TestArchive()
        try await archive.load(.bodies, County.path(.bodies))
        let rejects = archive.temporary.file("rejects.csv")
        let first = try await archive.load(.incidents, County.path(.incidents)) { $0.rejectsPath = rejects }
        let again = try await archive.load(.incidents, rejects) { $0.rejectsPath = rejects + ".2" }
        #expect(again.rows == first.rejectedRows && again.rejectedRows == first.rejectedRows)
        #expect(again.problems.map(\.code) == first.problems.map(\.code))
        #expect(again.problems.map(\.column) == first.problems.map(\.column))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: rejects))
        #expect(try Data(contentsOf: URL(fileURLWithPath: rejects + ".2")) == bytes)
        // Row 50 of the county's file, the second that was refused, has no 严重程度.
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        var fields = lines[2].components(separatedBy: ",")
        #expect(fields[12].isEmpty || ["无", "/", "-", "——", "— —"].contains(fields[12]))
        fields[12] = "一般"
        let mended = lines.enumerated().map { $0.offset == 2 ? fields.joined(separator: ",") : $0.element }
        let path = try archive.file("mended.csv", mended.joined(separator: "\r\n"))
        let last = try await archive.load(.incidents, path)
        #expect(last.accepted == 1 && last.rejectedRows == first.rejectedRows - 1)
        #expect(try await archive.load(.incidents, path).duplicates == 1)
    }

    @Test func theCountyIsSoundInDepth() async throws {
        let (archive, _) = try await County.imported()
        #expect(try archive.deepFindings().isEmpty)
    }
}
