import TabularText
import Testing

@Suite("Headers are mapped to a template's columns")
struct ColumnMapTests {
    private static let columns: [TableColumn] = [
        .required("事项编号"), .required("发生日期"), .optional("涉及金额(万元)"), .optional("文号"),
    ]

    private func problems(_ header: [String], ignoreExtra: Bool = false) -> [TabularError] {
        do {
            _ = try ColumnMap(header: header, columns: Self.columns, ignoreExtra: ignoreExtra)
            return []
        } catch {
            return error.all
        }
    }

    @Test("columns may come in any order, and optional ones may lack")
    func mapsAnyOrder() throws {
        let map = try ColumnMap(header: ["文号", "发生日期", "事项编号"], columns: Self.columns)
        #expect(map.positions == [2, 1, nil, 0])
        #expect(map.position(of: "事项编号") == 2)
        #expect(map.position(of: "涉及金额(万元)") == nil)
        var reader = try CSVReader(.bytes(Array("x,y,z\n\nw\n".utf8)))
        #expect(try reader.next())
        #expect(map.values(in: reader) == ["z", "y", "", "x"])
        #expect(map.value("发生日期", in: reader) == "y")
        #expect(try reader.next())
        #expect(map.values(in: reader) == ["", "", "", "w"])
    }

    @Test(
        "spelling differences that mean nothing are forgiven",
        arguments: [
            "涉及金额（万元）", "涉及金额(万元)", " 涉及金额 （万元）　", "\u{FEFF}涉及金额(万元)", "涉及金额(万元)*", "* 涉及金额（万元）＊",
            "涉及金额\n(万元)",
        ])
    func forgives(name: String) throws {
        let map = try ColumnMap(header: ["事项编号*", "发生日期", name], columns: Self.columns)
        #expect(map.positions == [0, 1, 2, nil])
    }

    @Test("all problems are listed at once, with the name that was probably meant")
    func listsAllProblems() {
        let found = problems(["事项编码", "文号", "备注说明", "文号 *"])
        #expect(
            found == [
                TabularError(.duplicateColumn, row: 1, column: "文号", detail: "2, 4"),
                TabularError(.unknownColumn, row: 1, column: "事项编码", suggestion: "事项编号"),
                TabularError(.unknownColumn, row: 1, column: "备注说明"),
                TabularError(.missingColumn, row: 1, column: "事项编号", suggestion: "事项编码"),
                TabularError(.missingColumn, row: 1, column: "发生日期"),
            ])
        let message = TabularProblems(found)
        #expect(message.chinese.contains("第 1 行，「事项编码」列：模板中没有此列，是否为「事项编号」？"))
        #expect(message.english.split(separator: "\n").count == 5)
    }

    @Test("extra columns are ignored when asked, but missing and doubled ones are not")
    func ignoresExtra() {
        #expect(problems(["事项编号", "发生日期", "备注"]).map(\.code) == [.unknownColumn])
        #expect(problems(["事项编号", "发生日期", "备注", "备注"], ignoreExtra: true).isEmpty)
        #expect(problems(["事项编号", "备注"], ignoreExtra: true).map(\.code) == [.missingColumn])
        #expect(
            problems(["事项编号", "发生日期", "发生日期"], ignoreExtra: true).map(\.code) == [.duplicateColumn])
    }

    @Test("a header without a name and one with another separator are named so")
    func refusesForeignHeaders() {
        #expect(problems([]).map(\.code) == [.emptyTable])
        #expect(problems(["", " "]).map(\.code) == [.emptyTable])
        for separator in ["\t", ";", "；", "，", "|"] {
            let found = problems([["事项编号", "发生日期"].joined(separator: separator)])
            #expect(found.map(\.code) == [.wrongSeparator])
        }
    }

    @Test("values beyond the header are refused, empty ones are not")
    func refusesSurplus() throws {
        let map = try ColumnMap(header: ["事项编号", "发生日期", ""], columns: Self.columns)
        let text = "a,b,c\n1,2,\n1,2, ,　,\n1,2,,,多出的值\n1,2,3\n1\n"
        var reader = try CSVReader(.bytes(Array(text.utf8)))
        var errors: [TabularError?] = []
        while try reader.next() {
            do {
                try map.check(reader)
                errors.append(nil)
            } catch {
                errors.append(error)
            }
        }
        #expect(
            errors == [
                TabularError(.surplusField, row: 1, detail: "c"), nil, nil,
                TabularError(.surplusField, row: 4, detail: "多出的值"),
                TabularError(.surplusField, row: 5, detail: "3"), nil,
            ])
        let lenient = try ColumnMap(header: ["事项编号", "发生日期", ""], columns: Self.columns, ignoreExtra: true)
        var again = try CSVReader(.bytes(Array("1,2,3\n1,2,3,4\n".utf8)))
        #expect(try again.next())
        try lenient.check(again)
        #expect(try again.next())
        #expect(throws: TabularError(.surplusField, row: 2, detail: "4")) { try lenient.check(again) }
    }
}
