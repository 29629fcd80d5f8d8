import TabularText
import Testing

@Suite("Errors say what, where, why and what to do")
struct TabularErrorTests {
    @Test("a message has its place, its reason, its detail and a remedy")
    func messages() {
        let error = TabularError(.unterminatedQuote, row: 7, line: 9)
        #expect(error.chinese == "第 7 行，文件第 9 行文本：此处开始的引号没有结束。请补上结束的双引号，字段内的双引号须写成两个。")
        #expect(error.english.hasPrefix("row 7, line 9 of the file: a quoted field that begins here never ends. Add"))
        #expect(error.description.hasPrefix("unterminated-quote: row 7"))
        let workbook = TabularError(.excelWorkbook)
        #expect(workbook.chinese.contains("Excel 工作簿"))
        #expect(workbook.english == "this is an Excel workbook, not a CSV file. Save it as CSV and import that.")
        let bytes = TabularError(.invalidBytes, line: 2, byteOffset: 5, detail: "UTF-8: FF")
        #expect(bytes.chinese.hasPrefix("文件第 2 行文本，第 5 字节：此处的字节不是有效的文字编码（UTF-8: FF）。"))
        #expect(bytes.english.hasPrefix("line 2 of the file, byte 5: "))
    }

    @Test("a suggestion asks")
    func suggestions() {
        let error = TabularError(.unknownColumn, row: 1, column: "文号码", suggestion: "文号")
        #expect(error.english.contains("column \"文号码\": the template has no such column; did you mean \"文号\"? Correct"))
    }

    @Test("other modules add codes of their own, equal by name")
    func extensible() {
        let mine = TabularError.Code("zero-byte", chinese: .init("甲"), english: .init("a"))
        #expect(mine == .zeroByte)
        #expect(mine.hashValue == TabularError.Code.zeroByte.hashValue)
        let own = TabularError(.init("no-such-day", chinese: .init("无此日"), english: .init("no such day")), row: 3)
        #expect(own.chinese == "第 3 行：无此日。")
        #expect(own.english == "row 3: no such day.")
    }
}
