import TabularText
import Testing

@Suite("Dirty cells are cleaned without guessing")
struct CellTests {
    @Test(
        "ends are trimmed of all that cannot be seen",
        arguments: [
            ("", ""), ("a", "a"), ("  a b ", "a b"), ("　县　", "县"), ("\u{A0}a\u{A0}", "a"),
            ("\u{200B}\u{FEFF}甲\u{200B}", "甲"), ("\t\r\na\n", "a"), ("\u{202D}张\u{202C}", "张"), ("　 \u{200D}", ""),
            ("（甲）", "（甲）"), ("中　间", "中　间"),
        ])
    func trims(text: String, expected: String) { #expect(Cell.trimmed(text) == expected) }

    @Test(
        "full width becomes half width, and nothing else changes",
        arguments: [
            ("１１４１９８０１ＭＢ００００２２ＸＥ", "11419801MB000022XE"), ("（万元）", "(万元)"), ("ａ　ｂ！～", "a b!~"),
            ("〔2022〕【】、。“”", "〔2022〕【】、。“”"), ("￥", "￥"), ("", ""), ("ｱ", "ｱ"),
        ])
    func folds(text: String, expected: String) { #expect(Cell.foldWidth(text) == expected) }

    @Test(
        "marks for nothing are known",
        arguments: [
            "", " ", "　", "— —", "——", "—", "无", " 无 ", "/", "／", "-", "--", "－", "－－", "\u{200B}", "- -", "–", "───",
        ])
    func knowsNullMarks(text: String) { #expect(Cell.isNullMark(text)) }

    @Test("values are no marks", arguments: ["0", "无锡", "无无", "-1", "a", "//", "/-", "无-", "否", "N", ".", "×"])
    func knowsValues(text: String) { #expect(!Cell.isNullMark(text)) }

    @Test(
        "days are read in every form that exports use",
        arguments: [
            "2023-03-05", "2023/3/5", "2023/03/05", "2023.3.5", "2023年3月5日", "2023年03月05日", "20230305", "2023-3-5",
            "２０２３－０３－０５", "２０２３年３月５日", "2023／3／5", "2023．3．5", " 2023-03-05　", "2023 年 3 月 5 日", "2023年3月5号",
            "2023-03-05 00:00", "2023-03-05 00:00:00", "2023/3/5 0:00", "2023/3/5  0:00:00", "2023-03-05T00:00:00",
            "2023-03-05 00:00:00.000", "20230305 00:00", "2023–3–5", "2023 - 3 - 5", "2023年3月5日 00:00",
        ])
    func readsDays(text: String) throws { #expect(try Cell.date(text) == (2023, 3, 5)) }

    @Test(
        "what is no day in these forms is unreadable",
        arguments: [
            "", "无", "2023", "2023-03", "2023年3月", "2023-3/5", "2023/3-5", "23-03-05", "2023-003-05", "2023030",
            "202303050",
            "2023-03-05x", "2023-03-05 08:30", "2023-03-05 00", "2023-03-05 00:00:01", "2023年3月5", "2023年3-5日",
            "03/05/2023",
            "44990", "2023-03-05 00:00:00:00", "2023-03-05 00:00:00.5", "二〇二三年三月五日", "-2023-03-05", "2023--03-05",
            "2023-03-0５x", "2023月3年5日", "2023-03-05-06", "٢٠٢٣-٠٣-٠٥",
        ])
    func refusesUnreadableDays(text: String) { #expect(throws: DateProblem.unreadable) { try Cell.date(text) } }

    @Test(
        "days that the calendar lacks are told apart",
        arguments: [
            "2023-02-30", "2023-02-29", "1900-02-29", "20230431", "2023/13/1", "2023/0/1", "2023年1月0日", "2023-12-32",
        ])
    func refusesAbsentDays(text: String) { #expect(throws: DateProblem.noSuchDay) { try Cell.date(text) } }

    @Test("leap days and the ends of the range are days")
    func acceptsBorders() throws {
        #expect(try Cell.date("2024-02-29") == (2024, 2, 29))
        #expect(try Cell.date("2000-02-29") == (2000, 2, 29))
        #expect(try Cell.date("1900-01-01") == (1900, 1, 1))
        #expect(try Cell.date("29991231") == (2999, 12, 31))
        #expect(throws: DateProblem.yearOutOfRange) { try Cell.date("1899-12-31") }
        #expect(throws: DateProblem.yearOutOfRange) { try Cell.date("3000/1/1") }
        #expect(throws: DateProblem.yearOutOfRange) { try Cell.date("00000000") }
    }

    @Test(
        "amounts become canonical decimals",
        arguments: [
            ("0", "0"), ("1607.18", "1607.18"), ("1,607.18", "1607.18"), ("1，607.18", "1607.18"),
            ("１，６０７．１８", "1607.18"),
            ("3842.220", "3842.22"), ("5.00", "5"), ("007", "7"), ("+5", "5"), ("-5.10", "-5.1"), ("－5", "-5"),
            ("−5", "-5"),
            ("-0", "0"), ("-0.00", "0"), (".5", "0.5"), ("0.000001", "0.000001"), ("0.5000000000", "0.5"),
            ("999999999999999", "999999999999999"), ("999,999,999,999,999.123456", "999999999999999.123456"),
            ("000,001", "1"), ("0000000000000000001", "1"), (" 12 万元 ", "12"), ("12.5万元", "12.5"), ("0,123", "123"),
        ])
    func readsAmounts(text: String, expected: String) throws { #expect(try Cell.amount(text) == expected) }

    @Test(
        "what is no amount is refused with its reason",
        arguments: [
            ("", AmountProblem.unreadable), ("abc", .unreadable), ("1e5", .unreadable), ("1 000", .unreadable),
            ("5.", .unreadable), (".", .unreadable), ("1.2.3", .unreadable), ("--5", .unreadable), ("+-5", .unreadable),
            ("0x10", .unreadable), ("#N/A", .unreadable), ("￥5", .unreadable), ("1.0,0", .unreadable),
            (",", .unreadable),
            ("万元", .unreadable), ("五", .unreadable), ("٥", .unreadable), ("NaN", .unreadable), ("5%", .unreadable),
            ("1,23", .misplacedSeparator), ("12,3456", .misplacedSeparator), ("1234,567", .misplacedSeparator),
            (",123", .misplacedSeparator), ("1,,234", .misplacedSeparator), ("123,", .misplacedSeparator),
            ("1000000000000000", .tooLarge), ("0.0000001", .tooManyDecimals), ("5元", .otherUnit), ("5亿元", .otherUnit),
            ("5万", .otherUnit),
        ])
    func refusesAmounts(text: String, problem: AmountProblem) { #expect(throws: problem) { try Cell.amount(text) } }

    @Test("whole numbers are read, and broken ones refused")
    func readsIntegers() throws {
        #expect(try Cell.integer("１２") == 12)
        #expect(try Cell.integer("-1,234") == -1_234)
        #expect(try Cell.integer("3.0") == 3)
        #expect(throws: AmountProblem.notWhole) { try Cell.integer("3.5") }
        #expect(throws: AmountProblem.unreadable) { try Cell.integer("") }
        #expect(throws: AmountProblem.otherUnit) { try Cell.integer("3万元") }
        #expect(throws: AmountProblem.tooLarge) { try Cell.integer("9999999999999999") }
    }
}
