import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import TabularText
import Testing

/// What a file as a whole may look like.
@Suite struct ImportFileTests {
    private func ready() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1)])
        return archive
    }

    @Test(arguments: TextEncoding.allCases)
    func everyEncodingIsDetectedAndGivesTheSameEntries(_ encoding: TextEncoding) async throws {
        let archive = try await ready()
        let rows = [Rows.incident("甲-1"), Rows.incident("甲-2", ["失信事实": "第一行\n第二行，“引号\"与逗号,”"])]
        let path = try archive.file("incidents.csv", bytes: Rows.bytes(.incidents, rows, encoding))
        let report = try await archive.load(.incidents, path)
        #expect(report.encoding.rawValue == encoding.rawValue)
        #expect(report.accepted == 2 && report.problems.isEmpty)
        let trail = try await archive.reading { try Auditor($0).trail(ofCase: #require(CaseID("甲-2"))) }
        #expect(trail[0].chinese.hasSuffix("：第一行\n第二行，“引号\"与逗号,”"))
        // The same rows in UTF-8 are the same facts.
        #expect(try await archive.load(.incidents, rows: rows).duplicates == 2)
    }

    @Test func columnsMayStandInAnyOrder() async throws {
        let archive = try await ready()
        let columns = Array(Rows.columns(.incidents).reversed())
        let text = try Rows.csv(.incidents, [Rows.incident("a")], columns: columns)
        #expect(try await archive.load(.incidents, archive.file("reversed.csv", text)).accepted == 1)
        #expect(try await archive.load(.incidents, rows: [Rows.incident("a")]).duplicates == 1)
    }

    @Test func anExtraColumnIsRefusedUnlessToldOtherwise() async throws {
        let archive = try await ready()
        let columns = Rows.columns(.incidents) + ["备注"]
        let path = try archive.file(
            "extra.csv", Rows.csv(.incidents, [Rows.incident("a", ["备注": "x"])], columns: columns))
        let size = try await archive.size
        let error = await thrown { try await archive.load(.incidents, path) }
        #expect(error?.code == "unknown-column" && error?.field == "备注" && error?.kind == .badInput)
        #expect(try await archive.size == size)
        #expect(try await archive.load(.incidents, path) { $0.ignoreExtra = true }.accepted == 1)
    }

    @Test(arguments: ImportCompleted.Template.allCases)
    func everyMissingRequiredColumnIsNamed(_ template: ImportCompleted.Template) async throws {
        let archive = try TestArchive()
        let columns = ImportTemplate(template).columns
        for column in columns where column.isRequired {
            let rest = columns.map(\.name).filter { $0 != column.name }
            let path = try archive.file("missing.csv", Rows.csv(template, [[:]], columns: rest))
            let error = await thrown { try await archive.load(template, path) }
            #expect(error?.code == "missing-column" && error?.field == column.name)
        }
        for column in columns where !column.isRequired {
            let rest = columns.map(\.name).filter { $0 != column.name }
            let path = try archive.file("optional.csv", Rows.csv(template, [], columns: rest))
            #expect(try await archive.load(template, path).rows == 0)
        }
    }

    @Test func aColumnThatStandsTwiceIsRefused() async throws {
        let archive = try await ready()
        let text = try Rows.csv(.incidents, [], columns: Rows.columns(.incidents) + ["文号"])
        let error = await thrown { try await archive.load(.incidents, archive.file("twice.csv", text)) }
        #expect(error?.code == "duplicate-column" && error?.field == "文号")
    }

    @Test(arguments: [
        ([0x50, 0x4B, 0x03, 0x04, 0x14, 0, 6, 0], "excel-workbook"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "excel-workbook"),
        ([0xFF, 0xFE, 0x8B, 0x4E], "unsupported-unicode"), ([0x25, 0x50, 0x44, 0x46, 0x2D], "binary-file"),
        ([], "empty-table"), ([0x0D, 0x0A], "empty-table"), ([0xEF, 0xBB, 0xBF], "empty-table"),
        ([0x61, 0xFF, 0xFF, 0x0A], "invalid-bytes"), ([0x61, 0x00, 0x0A], "zero-byte"),
    ])
    func whatIsNoTableIsRefusedBeforeAnythingIsWritten(_ bytes: [UInt8], _ code: String) async throws {
        let archive = try TestArchive()
        let path = try archive.file("odd.csv", bytes: bytes)
        let error = await thrown { try await archive.load(.incidents, path) }
        #expect(error?.code == code && error?.kind == .badInput)
        #expect(try await archive.size == 1)
    }

    @Test func folderMissingFileAndForeignSeparatorAreNamed() async throws {
        let archive = try TestArchive()
        let folder = await thrown { try await archive.load(.bodies, archive.temporary.path) }
        #expect(folder?.code == "not-a-regular-file" && folder?.kind == .badInput)
        let missing = await thrown { try await archive.load(.bodies, archive.temporary.file("none.csv")) }
        #expect(missing?.code == "cannot-open" && missing?.kind == .badInput)
        let text = Rows.columns(.bodies).joined(separator: ";")
        let semicolons = await thrown { try await archive.load(.bodies, archive.file("semicolons.csv", text)) }
        #expect(semicolons?.code == "wrong-separator")
    }

    @Test func rowNumbersAreThoseOfTheSpreadsheet() async throws {
        let archive = try await ready()
        let good = Rows.incident("a", ["失信事实": "一\r\n二\r\n三"])
        let text = try Rows.csv(.incidents, [good, [:], Rows.incident("b", ["严重程度": "重大"])])
        let report = try await archive.load(.incidents, archive.file("lines.csv", text))
        // The blank row counts as a row of the sheet and is none of the table.
        #expect(report.rows == 2 && report.accepted == 1)
        #expect(report.problems.map(\.row) == [4])
    }

    @Test func aValueBeyondTheLastColumnIsRefusedWithItsRow() async throws {
        let archive = try await ready()
        let text = try Rows.csv(.bodies, [Rows.body(2)]).replacingOccurrences(
            of: "2010-01-04,\r\n", with: "2010-01-04,,多\r\n")
        let report = try await archive.load(.bodies, archive.file("surplus.csv", text))
        #expect(report.problems.map(\.code) == ["surplus-field"] && report.problems.map(\.row) == [2])
    }

    @Test func aQuoteThatNeverEndsIsAnErrorNotAHang() async throws {
        let archive = try await ready()
        let text = try Rows.csv(.bodies, [Rows.body(2)]) + "\"" + Rows.code(3) + ",x\r\n"
        let error = await thrown { try await archive.load(.bodies, archive.file("quote.csv", text)) }
        #expect(error?.code == "unterminated-quote" && error?.kind == .badInput)
    }
}
