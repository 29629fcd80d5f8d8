import TabularText
import Testing

@Suite("Records are read as RFC 4180 and spreadsheets have them")
struct CSVReaderTests {
    @Test(
        "well-formed text gives its records",
        arguments: [
            ("", []),
            ("a", [Record(1, ["a"])]),
            ("a,b\r\n1,2\r\n", [Record(1, ["a", "b"]), Record(2, ["1", "2"])]),
            ("a,b\n1,2", [Record(1, ["a", "b"]), Record(2, ["1", "2"])]),
            ("a,b\r1,2\r", [Record(1, ["a", "b"]), Record(2, ["1", "2"])]),
            ("a,\n,b\n", [Record(1, ["a", ""]), Record(2, ["", "b"])]),
            ("a,", [Record(1, ["a", ""])]),
            (",", [Record(1, ["", ""])]),
            ("\"a\"", [Record(1, ["a"])]),
            ("\"a\"\n", [Record(1, ["a"])]),
            ("\"\"", [Record(1, [""])]),
            ("\"\"\r\n\"\"", [Record(1, [""]), Record(2, [""])]),
            ("\"a,b\",c", [Record(1, ["a,b", "c"])]),
            ("\"say \"\"yes\"\"\",\"\"\"\"", [Record(1, ["say \"yes\"", "\""])]),
            ("\"1\r\n2\n3\r4\",x\ny", [Record(1, ["1\r\n2\n3\r4", "x"]), Record(2, ["y"])]),
            (" a , b ", [Record(1, [" a ", " b "])]),
            ("\"事项\",“值”\n", [Record(1, ["事项", "“值”"])]),
        ] as [(String, [Record])])
    func readsWellFormed(text: String, expected: [Record]) throws {
        #expect(try records(text) == expected)
    }

    @Test("an empty line is skipped and counts as a row; one with commas or spaces is a record")
    func countsEmptyLines() throws {
        #expect(try records("a\n\n\r\n1\r\r2\n\n") == [Record(1, ["a"]), Record(4, ["1"]), Record(6, ["2"])])
        #expect(try records("\n\na") == [Record(3, ["a"])])
        #expect(try records("\r\n\r\n").isEmpty)
        #expect(try records("a\n,\n \nb").map(\.row) == [1, 2, 3, 4])
    }

    @Test("a record over several lines is one row, as a spreadsheet shows it")
    func countsRowsNotLines() throws {
        #expect(try records("a\n\"1\n2\n3\"\nb") == [Record(1, ["a"]), Record(2, ["1\n2\n3"]), Record(3, ["b"])])
    }

    @Test("a quote inside an unquoted field is an ordinary character")
    func keepsStrayQuotes() throws {
        #expect(try records("5\" pipe,a\"\"b, \"x\"") == [Record(1, ["5\" pipe", "a\"\"b", " \"x\""])])
    }

    @Test("rows of nothing but commas and spaces are blank")
    func knowsBlankRows() throws {
        var reader = try CSVReader(.bytes(Array(",　, \n,x\n\"\"\n".utf8)))
        var blank: [Bool] = []
        while try reader.next() { blank.append(reader.isBlank) }
        #expect(blank == [true, false, true])
    }

    @Test("an unterminated quote names the row and the line where it began")
    func namesUnterminatedQuote() {
        let error = tabularError { () throws(TabularError) in _ = try records("a,b\n\"1\n\n2\",x\ny,\"z\n\nw") }
        #expect(error == TabularError(.unterminatedQuote, row: 3, line: 5))
        let lone = tabularError { () throws(TabularError) in _ = try records("\"") }
        #expect(lone == TabularError(.unterminatedQuote, row: 1, line: 1))
    }

    @Test("text after a closing quote is refused", arguments: ["\"a\"b", "\"a\" ,b", "x,\"a\"\"\"c\n", "\"\"a"])
    func refusesTextAfterQuote(text: String) {
        let error = tabularError { () throws(TabularError) in _ = try records("头\n" + text) }
        #expect(error == TabularError(.textAfterQuote, row: 2, line: 2))
    }

    @Test("an error is final: the next call throws it again")
    func errorsAreFinal() throws {
        var reader = try CSVReader(.bytes(Array("a\n\"b\"c\nd\n".utf8)))
        #expect(try reader.next())
        for _ in 0..<3 {
            do {
                _ = try reader.next()
                Issue.record("the damaged record was read")
            } catch {
                #expect(error.code == .textAfterQuote)
            }
            #expect(reader.fieldCount == 0)
        }
    }

    @Test("fields and records up to the limit are read, and one byte more is refused")
    func boundsFieldsAndRecords() throws {
        let limits = CSVLimits(fieldBytes: 8, recordBytes: 20, fields: 3)
        for good in ["12345678", "\"12345678\"", "甲乙12", "\"1\"\"345678\"", "1234567,1234567,123\n", "a,b,c"] {
            #expect(try records(good, limits: limits).count == 1, "\(good)")
        }
        for (bad, code) in [
            ("123456789", TabularError.Code.fieldTooLong), ("\"123456789\"", .fieldTooLong),
            ("\"1234567\"\"9\"", .fieldTooLong), ("甲乙123", .fieldTooLong), ("\"12345678", .unterminatedQuote),
            ("\"123456789", .fieldTooLong), ("1234567,1234567,12345\n", .recordTooLong), ("a,b,c,d", .tooManyFields),
        ] {
            let error = tabularError { () throws(TabularError) in _ = try records("x\n" + bad, limits: limits) }
            #expect(error?.code == code, "\(bad)")
            #expect(error?.row == 2)
        }
    }

    @Test("a field without end is refused at the limit, not when memory is gone")
    func boundsEndlessFields() {
        let endless = [UInt8](repeating: 0x61, count: 3_000_000)
        for head in ["", "\"", "a,"] {
            let error = tabularError { () throws(TabularError) in
                _ = try records(.chunks([Array(head.utf8), endless]), encoding: .utf8)
            }
            #expect(error?.code == .fieldTooLong)
        }
        let fields = [UInt8](repeating: 0x2C, count: 3_000_000)
        let error = tabularError { () throws(TabularError) in _ = try records(.bytes(fields), encoding: .utf8) }
        #expect(error?.code == .tooManyFields)
    }

    @Test("a field that the record lacks is empty")
    func missingFieldsAreEmpty() throws {
        var reader = try CSVReader(.bytes(Array("a,b\n1\n".utf8)))
        #expect(reader.fieldCount == 0)
        #expect(try reader.next() && reader.field(1) == "b")
        #expect(try reader.next() && reader.field(1).isEmpty)
        #expect(reader.withBytes(ofField: 0) { $0.count } == 1)
        #expect(reader.withBytes(ofField: 1) { $0.count } == 0)
        #expect(try !reader.next() && reader.fieldCount == 0)
        #expect(try !reader.next())
    }

    @Test("the byte order mark of either encoding is no part of the first field")
    func dropsMark() throws {
        #expect(try records(.bytes([0xEF, 0xBB, 0xBF] + Array("a".utf8))) == [Record(1, ["a"])])
        #expect(try records(.bytes([0xEF, 0xBB, 0xBF])).isEmpty)
        #expect(try records(.bytes([0xEF, 0xBB, 0xBF] + Array("\"甲\"".utf8))) == [Record(1, ["甲"])])
        #expect(try records(.bytes(gb18030("\u{FEFF}\"甲\"乙".replacing("乙", with: "")))) == [Record(1, ["甲"])])
    }

    @Test("progress reaches the whole, the hook sees every byte once, and a second pass reads the same")
    func progressHookAndSecondPass() throws {
        let text = (1...40_000).map { "\($0),政务诚信\r\n" }.joined()
        let file = TemporaryFile(try gb18030(text))
        var seen: [UInt8] = []
        var reader = try CSVReader(.file(file.path)) { seen.append(contentsOf: $0) }
        #expect(reader.encoding == .gb18030)
        #expect(reader.bytesRead == 0)
        var first: [Record] = []
        var progress: [Int] = []
        while try reader.next() {
            first.append(Record(reader.row, reader.fields))
            progress.append(reader.bytesRead)
        }
        #expect(first.count == 40_000)
        #expect(progress == progress.sorted())
        #expect(try progress[0] < reader.totalBytes && reader.totalBytes == gb18030(text).count)
        #expect(reader.bytesRead == reader.totalBytes)
        #expect(seen == file.bytes)
        var again = try reader.reopened()
        var second: [Record] = []
        while try again.next() { second.append(Record(again.row, again.fields)) }
        #expect(second == first)
        #expect(seen.count == again.totalBytes)
    }

    @Test("bytes that do not fit a given encoding are refused while reading, with line and byte")
    func refusesWrongEncoding() throws {
        let bytes = try gb18030("a\n政务")
        let error = tabularError { () throws(TabularError) in _ = try records(.bytes(bytes), encoding: .utf8) }
        #expect(error == TabularError(.invalidBytes, line: 2, byteOffset: 2, detail: "UTF-8: D5 FE CE F1"))
    }
}
