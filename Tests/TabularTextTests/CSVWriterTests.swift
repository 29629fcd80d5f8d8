import TabularText
import Testing

@Suite("Records are written so that spreadsheets and the reader agree")
struct CSVWriterTests {
    private func written(
        _ records: [[String]], _ encoding: TextEncoding = .utf8, _ formulas: FormulaGuard = .exact
    ) throws -> String {
        var writer = try CSVWriter(encoding: encoding, formulas: formulas)
        for record in records { try writer.write(record) }
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }

    @Test("fields are quoted only where they must be, and lines end with CR LF")
    func quotes() throws {
        #expect(
            try written([["a", "b c"], ["1,2", "\"x\"", "l\nm"]]) == "a,b c\r\n\"1,2\",\"\"\"x\"\"\",\"l\nm\"\r\n")
        #expect(try written([[" a", "b ", ""]]) == "\" a\",\"b \",\r\n")
        #expect(try written([[""], ["", ""]]) == "\"\"\r\n,\r\n")
    }

    @Test("the mark is written once, and GB 18030 has none")
    func marks() throws {
        var writer = try CSVWriter()
        try writer.write(["甲"])
        #expect(writer.takeBytes() == [0xEF, 0xBB, 0xBF] + Array("甲\r\n".utf8))
        try writer.write(["乙"])
        #expect(writer.takeBytes() == Array("乙\r\n".utf8))
        var chinese = try CSVWriter(encoding: .gb18030)
        try chinese.write(["甲,"])
        #expect(chinese.takeBytes() == [0x22, 0xBC, 0xD7, 0x2C, 0x22, 0x0D, 0x0A])
    }

    @Test("text that a spreadsheet would run stays as it is unless asked otherwise")
    func exactByDefault() throws {
        #expect(try written([["=SUM(A1)", "+1", "@x", "-a"]]) == "=SUM(A1),+1,@x,-a\r\n")
    }

    @Test(
        "a guarded file has an apostrophe before formulas, and not before numbers and null marks",
        arguments: [
            ("=1+1", "'=1+1"), ("@cmd", "'@cmd"), ("+86 138", "'+86 138"), ("-a", "'-a"), ("＝1", "'＝1"),
            ("\tx", "'\tx"), ("'=1", "''=1"), ("-12.50", "-12.50"), ("+3,842.22", "+3,842.22"), ("--", "--"),
            ("-", "-"),
            ("'a", "'a"), ("'", "'"), ("", ""), ("a=1", "a=1"), ("- -", "- -"), ("-1+1", "'-1+1"),
        ])
    func guardsFormulas(text: String, expected: String) {
        #expect(FormulaGuard.apostrophe.apply(to: text) == expected)
        #expect(FormulaGuard.remove(from: expected) == text)
        #expect(FormulaGuard.exact.apply(to: text) == text)
    }

    @Test("a file takes its name when it is whole")
    func fileAppearsWhole() throws {
        let file = TemporaryFile(Array("old".utf8))
        var writer = try CSVFileWriter(path: file.path)
        try writer.write(["甲", "乙"])
        #expect(file.bytes == Array("old".utf8))
        try writer.finish()
        #expect(file.bytes == [0xEF, 0xBB, 0xBF] + Array("甲,乙\r\n".utf8))
        #expect(!fileExists(file.path + ".part"))
    }

    @Test("an abandoned file leaves nothing behind")
    func abandonedFileIsRemoved() throws {
        let file = TemporaryFile(Array("old".utf8))
        func abandon() throws {
            var writer = try CSVFileWriter(path: file.path, encoding: .gb18030)
            for _ in 0..<20_000 { try writer.write(["甲", "乙"]) }
            #expect(fileExists(file.path + ".part"))
        }
        try abandon()
        #expect(file.bytes == Array("old".utf8))
        #expect(!fileExists(file.path + ".part"))
    }

    @Test("a folder that does not exist is reported with its path")
    func refusesMissingFolder() {
        let error = tabularError { () throws(TabularError) in
            let writer = try CSVFileWriter(path: "/nonexistent/out.csv")
            try writer.finish()
        }
        #expect(error?.code == .cannotWrite)
        #expect(error?.detail.hasPrefix("/nonexistent/out.csv.part") == true)
    }

    @Test("folders and devices are not replaced", arguments: ["/dev/null", "/tmp"])
    func refusesToReplaceDevices(path: String) {
        let error = tabularError { () throws(TabularError) in
            let writer = try CSVFileWriter(path: path)
            try writer.finish()
        }
        #expect(error == TabularError(.notRegularFile, detail: path))
    }

    @Test("many records are written and read again in constant memory")
    func manyRecords() throws {
        let file = TemporaryFile()
        var writer = try CSVFileWriter(path: file.path, encoding: .gb18030)
        let fields = ["419801-2022-00001", "云岭县自然资源局", "未按约定\"履行\"义务", "1,607.18", "", "一般"]
        for _ in 0..<20_000 { try writer.write(fields) }
        try writer.finish()
        var reader = try CSVReader(.file(file.path))
        var count = 0
        while try reader.next() {
            count += 1
            if count % 1_000 == 0 { #expect(reader.fields == fields) }
        }
        #expect(count == 20_000)
        #expect(reader.encoding == .gb18030)
    }
}
