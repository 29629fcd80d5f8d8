import TabularText
import Testing

@Suite("The sample county's files are read whole")
struct FixtureTests {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/").dropLast(2)
        return "/" + parts.joined(separator: "/") + "/Fixtures/yunling/"
    }()

    @Test(
        "each file has its encoding and its number of records",
        arguments: [
            ("bodies", TextEncoding.utf8WithMark, 7, 63), ("incidents", .gb18030, 20, 276),
            ("dispositions", .gb18030, 9, 1_007), ("observations", .gb18030, 8, 2_002),
        ])
    func counts(name: String, encoding: TextEncoding, columns: Int, rows: Int) throws {
        var reader = try CSVReader(.file(Self.folder + name + ".csv"))
        #expect(reader.encoding == encoding)
        #expect(try reader.next())
        let map = try ColumnMap(header: reader.fields, columns: reader.fields.map { .required($0) })
        #expect(map.header.count == columns)
        var count = 0
        while try reader.next() {
            count += 1
            #expect(reader.fieldCount == columns)
            try map.check(reader)
        }
        #expect(count == rows)
        #expect(reader.row == rows + 1)
        #expect(reader.bytesRead == reader.totalBytes)
    }

    @Test("every day and amount of the incidents is a null mark or a value, but for the days that no calendar has")
    func valuesAreReadable() throws {
        var reader = try CSVReader(.file(Self.folder + "incidents.csv"))
        #expect(try reader.next())
        let days = ["发生日期", "认定日期", "整改期限"].map { TableColumn.optional($0) }
        let columns = days + [.optional("涉及金额（万元）"), .required("事项编号")]
        let map = try ColumnMap(header: reader.fields, columns: columns, ignoreExtra: true)
        var amounts = 0
        var absentDays: [Int] = []
        while try reader.next() {
            for day in days {
                let text = map.value(day.name, in: reader)
                if Cell.isNullMark(text) { continue }
                do {
                    _ = try Cell.date(text)
                } catch {
                    #expect(error == .noSuchDay)
                    absentDays.append(reader.row)
                }
            }
            let text = map.value("涉及金额（万元）", in: reader)
            if !Cell.isNullMark(text) {
                amounts += 1
                #expect(throws: Never.self) { try Cell.amount(text) }
            }
        }
        #expect(amounts > 50)
        #expect(absentDays == [22])
    }
}
