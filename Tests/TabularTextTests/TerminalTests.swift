import TabularText
import Testing

@Suite("Text is laid out by the columns of a terminal")
struct TerminalTests {
    @Test(
        "widths are those of the terminal",
        arguments: [
            ("", 0), ("abc", 3), ("政务诚信", 8), ("〔2022〕1号", 11), ("ＡＢ", 4), ("ｱ", 1), ("é", 1), ("e\u{301}", 1),
            ("\u{200B}", 0), ("　", 2), ("…", 1), ("—", 1), ("👩‍👩‍👧", 2), ("🇨🇳", 2), ("❤️", 2), ("한글", 4), ("가", 2),
            ("𠮷", 2), ("a\tb", 2), ("\u{1B}[31m", 4), ("，。", 4), ("·", 1), ("½", 1),
        ])
    func measures(text: String, columns: Int) { #expect(DisplayWidth.columns(of: text) == columns) }

    @Test("padding fills by columns, and leaves what is too wide")
    func pads() {
        #expect(DisplayWidth.padded("县", to: 4) == "县  ")
        #expect(DisplayWidth.padded("县", to: 4, alignment: .trailing) == "  县")
        #expect(DisplayWidth.padded("县", to: 5, alignment: .center) == " 县  ")
        #expect(DisplayWidth.padded("县政府", to: 4) == "县政府")
    }

    @Test("truncation never splits a sign and never exceeds its room")
    func truncates() {
        #expect(DisplayWidth.truncated("云岭县政府", to: 10) == "云岭县政府")
        #expect(DisplayWidth.truncated("云岭县政府", to: 9) == "云岭县政…")
        #expect(DisplayWidth.truncated("云岭县政府", to: 8) == "云岭县…")
        #expect(DisplayWidth.truncated("云岭县政府", to: 1) == "…")
        #expect(DisplayWidth.truncated("云岭县政府", to: 0) == "")
        #expect(DisplayWidth.truncated("👩‍👩‍👧👩‍👩‍👧", to: 3) == "👩‍👩‍👧…")
        for width in 0...12 { #expect(DisplayWidth.columns(of: DisplayWidth.truncated("a云b岭c县d", to: width)) <= width) }
    }

    @Test("data cannot steer the terminal")
    func printsSafely() {
        #expect(DisplayWidth.printable("a\r\nb\t\u{1B}[2Jc\u{9B}\u{202E}d") == "a b \u{FFFD}[2Jc\u{FFFD}\u{FFFD}d")
        #expect(DisplayWidth.printable("政务") == "政务")
    }

    @Test("a plain table is aligned by display width")
    func plainTable() {
        var table = TextTable([.init("名称"), .init("数", alignment: .trailing), .init("备注")])
        table.add(["云岭县", "5", "x"])
        table.add(["a", "1,234"])
        #expect(
            table.text() == """
                名称       数  备注
                ──────  ─────  ────
                云岭县      5  x
                a       1,234

                """)
    }

    @Test("a boxed table is closed on all sides")
    func boxedTable() {
        var table = TextTable([.init("名称"), .init("n", alignment: .trailing)], style: .box)
        table.add(["甲\n乙", "1"])
        #expect(table.lines() == ["┌───────┬───┐", "│ 名称  │ n │", "├───────┼───┤", "│ 甲 乙 │ 1 │", "└───────┴───┘"])
    }

    @Test("the widest flexible column gives way, and fixed ones do not", arguments: [TextTable.Style.plain, .box])
    func fits(style: TextTable.Style) {
        var table = TextTable(
            [.init("编号", isFlexible: false), .init("名称"), .init("失信事实")], style: style)
        table.add(["419801-2022-00001", "云岭县自然资源局服务中心", "自然资源局服务中心在政策兑现中未按约定履行义务"])
        for width in [120, 90, 70, 50, 40] {
            let lines = table.lines(width: width)
            #expect(lines.allSatisfy { DisplayWidth.columns(of: $0) <= width })
            #expect(lines.contains { $0.contains("419801-2022-00001") })
        }
        #expect(table.lines(width: 70).contains { $0.contains("云岭县自然资源局服") && $0.contains("…") })
        // Too narrow for what is fixed: it overflows, and nothing is lost from codes.
        #expect(table.lines(width: 10).contains { $0.contains("419801-2022-00001") })
    }

    @Test("a progress line shows what is known")
    func progress() {
        let bar = ProgressBar(label: "导入", width: 60)
        #expect(
            bar.line(done: 620_000, total: 1_000_000, ratePerSecond: 412_345, secondsLeft: 0.92)
                == "导入 ████████░░░░░   62%  620,000/1,000,000  412,345/s  0:01")
        #expect(bar.line(done: 1_234, total: nil) == "导入 1,234")
        #expect(bar.line(done: 5, total: 0, ratePerSecond: .nan, secondsLeft: .infinity) == "导入 5")
        #expect(bar.line(done: 20, total: 10).contains("100%"))
        #expect(ProgressBar(label: "导入", width: 20).line(done: 1, total: 2) == "导入  50%  1/2")
        for width in 0...100 {
            let line = ProgressBar(label: "重建 standing", width: width).line(
                done: 5, total: 9, ratePerSecond: 1e6, secondsLeft: 7_265)
            #expect(DisplayWidth.columns(of: line) <= width)
        }
    }

    @Test("numbers are grouped and times shown as clocks")
    func formats() {
        #expect(
            [0, 999, 1_000, -1_234_567, Int.min].map(ProgressBar.grouped).prefix(4) == [
                "0", "999", "1,000", "-1,234,567",
            ])
        #expect(ProgressBar.grouped(.min) == "-9,223,372,036,854,775,808")
        #expect(
            [0, 59, 60, 3_599, 3_600, 360_000].map(ProgressBar.clock) == [
                "0:00", "0:59", "1:00", "59:59", "1:00:00", "100:00:00",
            ])
    }
}
